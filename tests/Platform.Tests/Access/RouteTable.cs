namespace TradeFlow.Platform.Tests.Access;

/// <summary>Who may call a route.</summary>
public enum Door
{
    /// <summary>Everybody.</summary>
    Open,

    /// <summary>Who has the key, signature or token that the handler reads by itself.</summary>
    Key,

    /// <summary>Any member, and tokens of scope <c>read</c>.</summary>
    Read,

    /// <summary>Owners and traders, and tokens of scope <c>trade</c>.</summary>
    Trade,

    /// <summary>Owners, and tokens of scope <c>admin</c>.</summary>
    Owner,

    /// <summary>A person who logged in, whatever their role.</summary>
    Person,

    /// <summary>An owner who logged in: no token, whatever its scope.</summary>
    OwnerPerson,

    /// <summary>An administrator with a second factor.</summary>
    Admin,
}

/// <summary>Whether a route asks for a proof that is fresh.</summary>
public enum Proof
{
    No,
    Sometimes,
    Always,
}

/// <param name="More">The query (from <c>?</c>) or body that names things; <c>{account}</c> and the like stand for ids.</param>
public sealed record RouteRow(string Method, string Route, Door Access, Proof Proof, string More);

/// <summary>
/// Every route of the Api, who may call it and whether it asks for a fresh proof. A new route needs a row here: the tests beside this file
/// then call it as everybody who may not, and with the ids of another tenant.
/// </summary>
public static class RouteTable
{
    private const string Text = """
        GET    /health                                      open
        GET    /alive                                       open
        GET    /docs/scalar.js                              open
        GET    /docs/scalar.aspnetcore.js                   open
        GET    /docs/favicon.svg                            open
        GET    /docs/{documentName}                         open
        GET    /openapi/{documentName}.json                 open
        POST   /auth/signup                                 open
        POST   /auth/login                                  open
        POST   /auth/refresh                                open
        POST   /auth/logout                                 open
        POST   /auth/verify                                 open
        POST   /auth/forgot                                 open
        POST   /auth/reset                                  open
        POST   /auth/passkey/options                        open
        POST   /auth/passkey                                open
        POST   /auth/verify/resend                          person
        POST   /auth/confirm                                person
        POST   /auth/switch                                 person  -       {"tenant_id":"{tenant}"}

        GET    /api/user/me                                 read
        PATCH  /api/user/me                                 person
        POST   /api/user/password                           person  always
        POST   /api/user/email                              person  always
        POST   /api/user/2fa/setup                          person  always
        POST   /api/user/2fa/enable                         person  always
        POST   /api/user/2fa/disable                        person  always
        POST   /api/user/passkeys/options                   person  always
        POST   /api/user/passkeys                           person  always
        GET    /api/user/passkeys                           person
        DELETE /api/user/passkeys/{passkey}                 person  always
        GET    /api/user/sessions                           person
        DELETE /api/user/sessions/{session}                 person
        DELETE /api/user/sessions                           person
        GET    /api/user/tokens                             person
        POST   /api/user/tokens                             person  always
        DELETE /api/user/tokens/{token}                     person  always
        GET    /api/tenant/members                          read
        PATCH  /api/tenant/members/{member}                 owner   always  {"role":"viewer"}
        DELETE /api/tenant/members/{member}                 owner   always
        GET    /api/tenant/invitations                      owner
        POST   /api/tenant/invitations                      owner   always
        DELETE /api/tenant/invitations/{invitation}         owner   always
        POST   /api/tenant/invitations/accept               person
        GET    /api/tenant/apps                             ownerperson
        POST   /api/tenant/apps                             ownerperson always
        DELETE /api/tenant/apps/{app}                       ownerperson always
        POST   /api/user/export                             ownerperson always
        GET    /api/user/export                             ownerperson
        GET    /api/user/export/{export}                    ownerperson
        GET    /api/user/export/{export}/file               ownerperson always
        GET    /api/tenant/delete                           ownerperson
        POST   /api/tenant/delete                           ownerperson always  {"name":"no workspace has this name"}
        DELETE /api/tenant/delete                           ownerperson always
        GET    /api/user/consent                            person
        POST   /api/user/consent                            person  always
        GET    /api/user/grants                             person
        DELETE /api/user/grants/{app}                       person
        GET    /connect/authorize                           key
        POST   /connect/authorize                           key
        POST   /connect/token                               key
        GET    /connect/userinfo                            key
        POST   /connect/userinfo                            key

        GET    /api/brokers                                 read
        GET    /api/brokers/{broker}/options/{field}        read
        GET    /api/brokers/{broker}/downloads/{file}       read
        POST   /register/{broker}                           trade   sometimes
        GET    /api/user/brokers                            read
        GET    /api/accounts/{account}                      read
        PATCH  /api/accounts/{account}                      trade   sometimes  {"enabled":false}
        DELETE /api/accounts/{account}                      trade
        GET    /api/accounts/{account}/agent                read
        GET    /api/accounts/{account}/symbols              read
        PUT    /api/accounts/{account}/symbols              trade   -       {"items":[]}
        GET    /api/accounts/{account}/symbols/resolve      read    -       ?symbol=EURUSD
        POST   /api/accounts/{account}/reveal-api-key       trade   always
        POST   /api/accounts/{account}/regenerate-api-key   trade   always
        POST   /api/accounts/{account}/reveal-agent-key     trade   always
        POST   /api/accounts/{account}/regenerate-agent-key trade   always
        GET    /api/accounts/{account}/signing-secret       read
        POST   /api/accounts/{account}/signing-secret       trade   always
        DELETE /api/accounts/{account}/signing-secret       trade   always
        POST   /api/accounts/{account}/reconnect            trade   sometimes
        POST   /api/ea/heartbeat                            key

        POST   /webhook/strategy/{key}                      key
        POST   /webhook/{broker}                            key
        POST   /webhook/{broker}/{key}                      key
        POST   /webhook/{**rest}                            key
        GET    /api/webhooks/log                            read    -       ?account_id={account}
        GET    /api/webhooks/log/{webhook}                  read
        POST   /api/webhooks/log/{webhook}/replay           trade
        POST   /api/webhooks/validate                       read    -       {"account_id":"{account}","body":"{}"}
        GET    /api/webhooks/tools                          read
        GET    /api/webhooks/template                       trade   -       ?account_id={account}

        GET    /api/orders                                  read    -       ?account_id={account}
        GET    /api/orders/{order}                          read
        POST   /api/orders/close                            trade   -       {"position_id":"{position}"}
        POST   /api/orders/cancel                           trade   -       {"order_id":"{order}"}
        POST   /api/orders/{order}/resolve                  trade   -       {"exists":true}
        GET    /api/positions                               read    -       ?account_id={account}
        POST   /api/positions/{position}/protect            trade   -       {"stop_loss":1.05}
        POST   /api/user/emergency_stop                     trade   -       {"account_id":"{account}"}
        GET    /api/user/emergency_stop                     read
        POST   /api/user/emergency_stop/resume              trade   always  {"account_id":"{account}"}
        GET    /ws/positions                                key
        GET    /api/notifications                           read
        POST   /api/notifications/read                      trade   -       {"ids":["{notification}"]}

        GET    /api/strategies                              read
        GET    /api/strategies/{strategy}                   read
        POST   /api/strategies                              trade
        PATCH  /api/strategies/{strategy}                   trade   -       {"name":"x"}
        DELETE /api/strategies/{strategy}                   trade
        POST   /api/strategies/{strategy}/regenerate-key    trade   always
        GET    /api/strategies/{strategy}/signals           read
        POST   /api/strategies/{strategy}/activate          trade   -       {"account_id":"{account}"}
        PATCH  /api/strategies/{strategy}/activations/{activation} trade - {"enabled":false}
        DELETE /api/strategies/{strategy}/activations/{activation} trade

        GET    /api/user/risk_config                        read
        PUT    /api/user/risk_config                        trade   sometimes
        DELETE /api/user/risk_config/pending/{limit}        trade
        GET    /api/user/risk_rules                         read
        PUT    /api/user/risk_rules/{code}                  trade   sometimes
        GET    /api/user/risk_today                         read
        GET    /api/calendar/events                         read

        GET    /api/user/notification_settings              person
        PUT    /api/user/notification_settings              person  -       {"channels":[]}
        POST   /api/user/notification_settings/test         person  -       {"channel_id":"{channel}"}
        GET    /api/user/notification_settings/deliveries   person
        GET    /api/user/notification_settings/push         person

        GET    /api/billing/plans                           open
        GET    /api/billing/usage                           read
        GET    /api/billing/status                          read
        POST   /api/billing/checkout                        owner
        POST   /api/billing/portal                          owner
        PATCH  /api/billing/accounts                        owner   -       {"account_ids":["{account}"]}
        POST   /api/billing/webhook                         key

        GET    /api/analytics/summary                       read    -       ?account_id={account}
        GET    /api/analytics/equity                        read    -       ?account_id={account}
        GET    /api/analytics/by-symbol                     read    -       ?account_id={account}
        GET    /api/analytics/by-day                        read    -       ?account_id={account}
        GET    /api/analytics/by-weekday                    read    -       ?account_id={account}
        GET    /api/analytics/by-hour                       read    -       ?account_id={account}
        GET    /api/analytics/by-strategy                   read    -       ?account_id={account}
        GET    /api/analytics/by-broker                     read    -       ?account_id={account}
        GET    /api/analytics/trades                        read    -       ?account_id={account}
        PATCH  /api/analytics/trades/{trade}                trade   -       {"note":"x"}
        GET    /api/analytics/export.csv                    read    -       ?account_id={account}
        GET    /api/overview                                read

        GET    /api/admin/tenants                           admin   always
        GET    /api/admin/users                             admin   always
        PATCH  /api/admin/users/{user}                      admin   always
        GET    /api/admin/accounts                          admin   always
        GET    /api/admin/webhooks                          admin   always
        GET    /api/admin/health                            admin   always
        GET    /api/admin/audit                             admin   always
        POST   /api/admin/audit/check                       admin   always
        GET    /api/admin/plugins                           admin   always
        POST   /api/admin/plugins/reload                    admin   always
        GET    /api/admin/strategies                        admin   always
        POST   /api/admin/strategies                        admin   always
        PATCH  /api/admin/strategies/{strategy}             admin   always
        DELETE /api/admin/strategies/{strategy}             admin   always
        POST   /api/admin/calendar/events                   admin   always
        DELETE /api/admin/calendar/events/{event}           admin   always
        """;

    public static IReadOnlyList<RouteRow> Rows { get; } =
        [.. Text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(Read)];

    private static RouteRow Read(string line)
    {
        var parts = line.Split(' ', 5, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return new RouteRow(parts[0], parts[1], Enum.Parse<Door>(parts[2], ignoreCase: true),
            parts.ElementAtOrDefault(3) is null or "-" ? Proof.No : Enum.Parse<Proof>(parts[3], ignoreCase: true),
            parts.ElementAtOrDefault(4) ?? "");
    }
}
