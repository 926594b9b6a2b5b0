using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.OAuth.Storage;
using TradeFlow.Platform.Tenancy.Users;
using TradeFlow.Platform.Tests.Support;

namespace TradeFlow.Platform.Tests.Kernel;

public sealed class RetryTests(ApiFixture api) : IClassFixture<ApiFixture>
{
    // Aspire's component switches one on unless it is told not to.
    [Fact]
    public void No_context_runs_a_transaction_again_by_itself()
    {
        using var scope = api.Factory.Services.CreateScope();
        DbContext[] contexts = [scope.ServiceProvider.GetRequiredService<TradeFlowDb>(),
            scope.ServiceProvider.GetRequiredService<IdentityDb>(), scope.ServiceProvider.GetRequiredService<OAuthDb>()];

        contexts.Select(context => context.Database.CreateExecutionStrategy().RetriesOnFailure).ShouldAllBe(retries => !retries);
        var all = typeof(TradeFlowDb).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(DbContext)));
        all.ShouldBe(contexts.Select(context => context.GetType()), ignoreOrder: true, customMessage: "each context is looked at here");
    }
}
