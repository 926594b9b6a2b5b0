using TradeFlow.AppHost.Tests;

return await Scenario.RunAsync(args);
