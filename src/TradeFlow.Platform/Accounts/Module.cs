using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using TradeFlow.Platform.Accounts.Agents;
using TradeFlow.Platform.Accounts.Connecting;
using TradeFlow.Platform.Accounts.Keys;
using TradeFlow.Platform.Accounts.Reads;
using TradeFlow.Platform.Accounts.Serving;
using TradeFlow.Platform.Accounts.Settings;
using TradeFlow.Platform.Accounts.Symbols;
using TradeFlow.Platform.Connectors.Contracts;
using TradeFlow.Platform.Kernel.Housekeeping;
using TradeFlow.Platform.Kernel.Keys;
using TradeFlow.Platform.Kernel.TenantData;
using TradeFlow.Platform.Tenancy.Contracts;
using TradeFlow.Platform.Tenancy.Members;
using TradeFlow.Platform.Tenancy.Sessions;

namespace TradeFlow.Platform.Accounts;

public static class AccountsModule
{
    public static TBuilder AddAccountsApi<TBuilder>(this TBuilder builder) where TBuilder : IHostApplicationBuilder
    {
        AddSealedColumns(builder.Services);
        builder.Services.AddSingleton<ApiKeys>();
        builder.Services.AddSingleton<StoredKeys>();
        builder.Services.AddSingleton<SigningSecrets>();
        builder.Services.AddSingleton<KeyIndex>();
        builder.Services.AddSingleton<AccountDirectory>();
        builder.Services.AddSingleton<IOwnAccounts, OwnAccounts>();
        builder.Services.AddSingleton<PaperAccounts>();
        builder.Services.AddScoped<AccountKeys>();
        builder.Services.AddSingleton<AccountStops>();
        builder.Services.AddScoped<LogInGuard>();
        builder.Services.AddScoped<BrokerLogIn>();
        builder.Services.AddSingleton<WorkerAccounts>();
        builder.Services.AddSingleton<IAgentAccounts, AgentAccounts>();
        return builder;
    }

    public static TBuilder AddAccountsWorker<TBuilder>(this TBuilder builder) where TBuilder : IHostApplicationBuilder
    {
        builder.Services.AddSingleton<WorkerAccounts>();
        builder.Services.AddHostedService<AccountMoneyKeeper>();
        AddSealedColumns(builder.Services);
        builder.Services.AddSingleton<IServedAccounts, ServedAccounts>();
        builder.Services.AddSingleton<IAgentNews, AgentNews>();
        builder.Services.AddKeptTable("accounts.accounts", "one row for each account; its history stays when it is removed");
        builder.Services.AddKeptTable("accounts.api_keys", "one row for each account");
        builder.Services.AddKeptTable("accounts.account_secrets", "one row for each account");
        builder.Services.AddKeptTable("accounts.signing_secrets", "one row for each account");
        builder.Services.AddKeptTable("accounts.symbol_map", "written by hand");
        builder.Services.AddExported("accounts.accounts", "accounts");
        builder.Services.AddExported("accounts.api_keys", "account_keys");
        builder.Services.AddExported("accounts.symbol_map", "symbol_map");
        builder.Services.AddNotExported("accounts.account_secrets", "log-ins at brokers: they never leave");
        builder.Services.AddNotExported("accounts.signing_secrets", "what senders sign with: it is shown once");
        return builder;
    }

    private const string SigningOwner = "'account:' || tenant_id || ':' || account_id || ':signing-secret'";

    private static void AddSealedColumns(IServiceCollection services) => services.AddSealedColumns(
        new SealedColumn("accounts.account_secrets", "sealed", "tenant_id",
            "'account:' || tenant_id || ':' || account_id || ':credentials'"),
        new SealedColumn("accounts.signing_secrets", "sealed", "tenant_id", SigningOwner),
        new SealedColumn("accounts.signing_secrets", "old_sealed", "tenant_id", SigningOwner) { Where = "old_sealed is not null" },
        new SealedColumn("accounts.api_keys", "key_sealed", "tenant_id",
            "'account:' || tenant_id || ':' || account_id || ':' || scope || '-key'"));

    public static void MapAccounts(this IEndpointRouteBuilder app)
    {
        var brokers = app.MapGroup("").WithTags("Brokers");
        brokers.MapGet("/api/brokers", BrokerCatalogue.List).WithName("ListBrokers").WithSummary("The brokers that can be connected")
            .WithDescription("Each with the form to connect it, as JSON Schema in credentials.")
            .RequireAuthorization(TradeFlowPolicies.Read);
        brokers.MapGet("/api/brokers/{broker}/options/{field}", FieldOptions.List).WithName("ListFieldOptions")
            .WithSummary("What a field of a broker's form may be chosen from")
            .WithDescription("For fields with x-options-source in the form; 404 for others. Further query parameters are what was chosen in other fields. 504 broker.unreachable: the field takes any text then.")
            .RequireAuthorization(TradeFlowPolicies.Read);
        brokers.MapGet("/api/brokers/{broker}/downloads/{file}", AgentEndpoints.Download).WithName("DownloadBrokerFile")
            .WithSummary("A file for the user's terminal")
            .WithDescription("One of the downloads that an account's set-up page names.").RequireAuthorization(TradeFlowPolicies.Read);
        brokers.MapPost("/register/{broker}", Register.Handle).WithName("ConnectBroker").WithSummary("Connect a broker account")
            .WithDescription("The body has the fields of the broker's form and mode; broker_account names one of several accounts, name is what you call it. The log-in is tried first: " +
                "422 broker.credentials_rejected names the field, 422 broker.account_required lists accounts, 504 broker.unreachable changed nothing, 429 rate.limited after five failed log-ins within a minute. 422 broker.step_required has step: its schema describes " +
                "the fields that the broker asks for; send the same body again with step.continuation as continuation and answers by field, within ten minutes. A slug or an alias may stand in the path. " +
                "A member who sees some of the accounts connects none: 403 auth.forbidden.")
            .RequireAuthorization(TradeFlowPolicies.Trade).RequireAllAccounts().MayRequireFreshProof();
        brokers.MapGet("/api/user/brokers", AccountEndpoints.List).WithName("ListAccounts").WithSummary("Your connected accounts")
            .WithDescription("With masked keys, the oldest first.").RequireAuthorization(TradeFlowPolicies.Read);

        var accounts = app.MapGroup("/api/accounts/{id:guid}").WithTags("Accounts");
        accounts.MapGet("", AccountEndpoints.Get).WithName("GetAccount").WithSummary("One account").WithDescription("With its masked key.")
            .RequireAuthorization(TradeFlowPolicies.Read);
        accounts.MapGet("/agent", AgentEndpoints.Get).WithName("GetAccountAgent")
            .WithSummary("How to set the account's terminal up, and whether it reports")
            .WithDescription("For accounts that a program in the user's terminal reports for; 404 for others.")
            .RequireAuthorization(TradeFlowPolicies.Read);
        accounts.MapPatch("", AccountEndpoints.Change).WithName("ChangeAccount").WithSummary("Change an account's settings")
            .WithDescription(
                "A field that is left out stays as it is; null takes max_age_seconds away. A disabled account answers its webhooks 401 auth.account_disabled.")
            .RequireAuthorization(TradeFlowPolicies.Trade).MayRequireFreshProof();
        accounts.MapDelete("", AccountEndpoints.Delete).WithName("DeleteAccount").WithSummary("Delete an account")
            .WithDescription("Ends its key and forgets its credentials. Its history stays, and nothing is sent to the broker.")
            .RequireAuthorization(TradeFlowPolicies.Trade);
        accounts.MapGet("/symbols", SymbolEndpoints.Get).WithName("GetSymbols").WithSummary("The account's own names for symbols")
            .WithDescription("Empty: symbols are looked up as signals name them.").RequireAuthorization(TradeFlowPolicies.Read);
        accounts.MapPut("/symbols", SymbolEndpoints.Replace).WithName("ReplaceSymbols")
            .WithSummary("Replace the account's names for symbols")
            .WithDescription("Each line turns a symbol into the broker's, and multiplies the quantity by factor. NQ holds for NQ1! and every month of it; * stands for all symbols without a line, its target holds a * (*.r). 422 by line.")
            .RequireAuthorization(TradeFlowPolicies.Trade);
        accounts.MapGet("/symbols/resolve", SymbolEndpoints.Resolve).WithName("ResolveSymbol")
            .WithSummary("What a symbol is at the account's broker")
            .WithDescription("After the account's map, as the broker has it now; a continuous future is its active contract.")
            .RequireAuthorization(TradeFlowPolicies.Read);
        accounts.MapPost("/reveal-api-key", KeyEndpoints.Reveal).WithName("RevealApiKey").WithSummary("Show the API key")
            .WithDescription("Written to the audit log.").RequireAuthorization(TradeFlowPolicies.Trade).RequireFreshProof();
        accounts.MapPost("/regenerate-api-key", KeyEndpoints.Regenerate).WithName("RegenerateApiKey").WithSummary("Make a new API key")
            .WithDescription("The old key answers 401 from this moment.").RequireAuthorization(TradeFlowPolicies.Trade).RequireFreshProof();
        accounts.MapGet("/signing-secret", SigningEndpoints.Get).WithName("GetSigningSecret")
            .WithSummary("Whether messages have to be signed")
            .WithDescription("since is null when they have not. The secret itself is never shown again.")
            .RequireAuthorization(TradeFlowPolicies.Read);
        accounts.MapPost("/signing-secret", SigningEndpoints.Make).WithName("MakeSigningSecret")
            .WithSummary("Have messages signed, or make a new secret")
            .WithDescription("From this moment the account's webhook takes only messages that are signed by standard-webhooks (docs/signed-messages.md); others are 401 auth.invalid_signature. TradingView cannot sign. The secret is in this answer and never again. The one before is taken for 24 hours more, unless keep_old is false.")
            .RequireAuthorization(TradeFlowPolicies.Trade).RequireFreshProof();
        accounts.MapDelete("/signing-secret", SigningEndpoints.Remove).WithName("RemoveSigningSecret")
            .WithSummary("Take messages that are not signed again")
            .WithDescription("The key alone opens from this moment.").RequireAuthorization(TradeFlowPolicies.Trade).RequireFreshProof();
        accounts.MapPost("/reveal-agent-key", AgentKeyEndpoints.Reveal).WithName("RevealAgentKey").WithSummary("Show the agent key")
            .WithDescription("The key that the account's terminal reports with; 404 for accounts without one. Written to the audit log.")
            .RequireAuthorization(TradeFlowPolicies.Trade).RequireFreshProof();
        accounts.MapPost("/regenerate-agent-key", AgentKeyEndpoints.Regenerate).WithName("RegenerateAgentKey")
            .WithSummary("Make a new agent key")
            .WithDescription("The old key answers 401 from this moment: the terminal is silent until it is given the new one.")
            .RequireAuthorization(TradeFlowPolicies.Trade).RequireFreshProof();
        accounts.MapPost("/reconnect", Reconnect.Handle).WithName("ReconnectAccount").WithSummary("Give new credentials")
            .WithDescription(
                "The fields of the broker's form, as for connecting, steps included. They must lead to the same broker account; the API key stays.")
            .RequireAuthorization(TradeFlowPolicies.Trade).MayRequireFreshProof();
    }
}
