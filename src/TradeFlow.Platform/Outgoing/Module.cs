using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using TradeFlow.Platform.Kernel.Housekeeping;
using TradeFlow.Platform.Kernel.Keys;
using TradeFlow.Platform.Kernel.Mail;
using TradeFlow.Platform.Kernel.TenantData;
using TradeFlow.Platform.Outgoing.Contracts;
using TradeFlow.Platform.Outgoing.Posting;

namespace TradeFlow.Platform.Outgoing;

public static class OutgoingModule
{
    /// <summary>What every process needs to have something sent.</summary>
    public static TBuilder AddOutgoing<TBuilder>(this TBuilder builder) where TBuilder : IHostApplicationBuilder
    {
        AddSealedColumns(builder.Services);
        builder.Services.TryAddSingleton<Outbox>();
        return builder;
    }

    public static TBuilder AddOutgoingWorker<TBuilder>(this TBuilder builder) where TBuilder : IHostApplicationBuilder
    {
        builder.AddOutgoing();
        var services = builder.Services;
        services.AddOptions<MailOptions>().BindConfiguration("Mail").ValidateDataAnnotations().ValidateOnStart();
        services.TryAddSingleton<Mailer>();
        services.AddSingleton<IMessageSender, MailSender>();
        services.AddSingleton<MessageStore>();
        services.AddSingleton<PostOffice>();
        services.AddHostedService(provider => provider.GetRequiredService<PostOffice>());
        services.AddAgeLimit("outgoing.messages", "created_at", retention => retention.NotificationDays);
        services.AddExported("outgoing.messages", "deliveries");
        return builder;
    }

    private static void AddSealedColumns(IServiceCollection services) => services.AddSealedColumns(
        new SealedColumn("outgoing.messages", "payload", "tenant_id", "'outgoing:' || id"));
}
