using System.Net;
using Npgsql;
using TradeFlow.Platform.Tests.Support;

namespace TradeFlow.Platform.Tests.Tenancy;

public sealed class MemberTests(ApiFixture api) : IClassFixture<ApiFixture>
{
    [Fact]
    public async Task An_invited_person_joins_with_the_role_and_lands_there_at_the_next_log_in()
    {
        var ada = await Person.SignUpAsync(api);
        var bob = await ada.InviteAsync(api, "trader");

        var members = (await ada.GetAsync("/api/tenant/members")).Json.GetProperty("items").EnumerateArray()
            .ToDictionary(member => member.GetProperty("email").GetString()!, member => member.GetProperty("role").GetString());
        members.ShouldBe(new Dictionary<string, string?> { [ada.Email] = "owner", [bob.Email] = "trader" }, ignoreOrder: true);
        (await LogInTests.LogInAsync(bob, Person.Password)).Json.GetProperty("tenant_id").GetGuid().ShouldBe(ada.TenantId);
        (await bob.GetAsync("/api/user/me")).Json.GetProperty("tenant").GetProperty("role").GetString().ShouldBe("trader");
    }

    [Fact]
    public async Task An_invitation_works_for_its_address_and_once()
    {
        var (ada, bob, eve) = (await Person.SignUpAsync(api), await Person.SignUpAsync(api), await Person.SignUpAsync(api));
        var token = (await ada.PostAsync("/api/tenant/invitations", new { email = bob.Email, role = "trader" })).Text("token");

        (await eve.PostAsync("/api/tenant/invitations/accept", new { token })).Status.ShouldBe(HttpStatusCode.NotFound);
        (await bob.PostAsync("/api/tenant/invitations/accept", new { token })).Status.ShouldBe(HttpStatusCode.OK);
        (await bob.PostAsync("/api/tenant/invitations/accept", new { token })).Status.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task The_list_of_members_comes_in_pages()
    {
        var ada = await Person.SignUpAsync(api);
        var bob = await ada.InviteAsync(api, "viewer");

        var first = (await ada.GetAsync("/api/tenant/members?limit=1")).Json;
        var second = (await ada.GetAsync($"/api/tenant/members?limit=1&cursor={first.GetProperty("next_cursor").GetString()}")).Json;

        first.GetProperty("items").EnumerateArray().Single().GetProperty("email").GetString().ShouldBe(ada.Email);
        second.GetProperty("items").EnumerateArray().Single().GetProperty("email").GetString().ShouldBe(bob.Email);
        second.GetProperty("next_cursor").ValueKind.ShouldBe(System.Text.Json.JsonValueKind.Null);
        (await ada.GetAsync("/api/tenant/members?limit=0")).Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        (await ada.GetAsync("/api/user/tokens?cursor=nonsense")).Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
    }

    [Fact]
    public async Task Only_an_owner_invites_and_changes_roles()
    {
        var ada = await Person.SignUpAsync(api);
        var trader = await ada.InviteAsync(api, "trader");

        (await trader.PostAsync("/api/tenant/invitations", new { email = Person.NewEmail(), role = "owner" })).Code
            .ShouldBe("auth.forbidden");
        (await trader.PatchAsync($"/api/tenant/members/{trader.UserId}", new { role = "owner" })).Code.ShouldBe("auth.forbidden");
    }

    [Fact]
    [Trait("Control", "A4")]
    public async Task A_new_role_counts_without_a_new_token_and_a_removed_member_is_out_at_once()
    {
        var ada = await Person.SignUpAsync(api);
        var bob = await ada.InviteAsync(api, "owner");

        (await ada.PatchAsync($"/api/tenant/members/{bob.UserId}", new { role = "viewer" })).Status.ShouldBe(HttpStatusCode.NoContent);
        (await bob.PostAsync("/api/tenant/invitations", new { email = Person.NewEmail(), role = "viewer" })).Status
            .ShouldBe(HttpStatusCode.Forbidden);

        (await ada.DeleteAsync($"/api/tenant/members/{bob.UserId}")).Status.ShouldBe(HttpStatusCode.NoContent);
        (await bob.GetAsync("/api/tenant/members")).Status.ShouldBe(HttpStatusCode.Unauthorized);
        (await LogInTests.LogInAsync(bob, Person.Password)).Json.GetProperty("tenant_id").GetGuid().ShouldNotBe(ada.TenantId);
    }

    [Fact]
    public async Task A_member_is_given_accounts_of_the_tenant_and_no_others()
    {
        var (ada, eve) = (await Person.SignUpAsync(api), await Person.SignUpAsync(api));
        var bob = await ada.InviteAsync(api, "trader");
        var (mine, theirs) = (await AccountAsync(ada), await AccountAsync(eve));
        var path = $"/api/tenant/members/{bob.UserId}";

        (await AccountsOfAsync(ada, bob)).ShouldBeNull();
        foreach (var wrong in new[] { theirs, Guid.NewGuid() })
        {
            var refused = await ada.PatchAsync(path, new { role = "trader", accounts = new[] { mine, wrong } });
            (refused.Status, refused.Code, string.Join(',', refused.Fields))
                .ShouldBe((HttpStatusCode.UnprocessableEntity, "validation.failed", "accounts"));
        }
        (await ada.PatchAsync(path, new { role = "owner", accounts = new[] { mine } })).Fields.ShouldBe(["accounts"]);
        (await ada.PatchAsync($"/api/tenant/members/{Guid.NewGuid()}", new { role = "trader", accounts = new[] { theirs } })).Status
            .ShouldBe(HttpStatusCode.NotFound);
        (await AccountsOfAsync(ada, bob)).ShouldBeNull();

        (await ada.PatchAsync(path, new { role = "trader", accounts = new[] { mine, mine } })).Status.ShouldBe(HttpStatusCode.NoContent);
        (await AccountsOfAsync(ada, bob)).ShouldBe([mine]);
        // Left out it stays, whatever the role; an owner sees all, and goes on seeing all.
        (await ada.PatchAsync(path, new { role = "viewer" })).Status.ShouldBe(HttpStatusCode.NoContent);
        (await AccountsOfAsync(ada, bob)).ShouldBe([mine]);
        (await bob.GetAsync("/api/user/me")).Json.GetProperty("tenant").GetProperty("accounts").EnumerateArray().Single().GetGuid()
            .ShouldBe(mine);
        (await ada.PatchAsync(path, new { role = "owner" })).Status.ShouldBe(HttpStatusCode.NoContent);
        (await AccountsOfAsync(ada, bob)).ShouldBeNull();
        (await ada.PatchAsync(path, new { role = "trader", accounts = Array.Empty<Guid>() })).Status.ShouldBe(HttpStatusCode.NoContent);
        (await AccountsOfAsync(ada, bob)).ShouldBe([]);
        (await ada.PatchAsync(path, new { role = "trader", accounts = (Guid[]?)null })).Status.ShouldBe(HttpStatusCode.NoContent);
        (await AccountsOfAsync(ada, bob)).ShouldBeNull();

        (await api.ScalarAsync<string>($"""
            select string_agg(detail ->> 'accounts', ' ' order by seq) from tenancy.audit_log
            where tenant_id = '{ada.TenantId}' and action = 'member.accounts_changed' and subject = '{bob.UserId}'
            """)).ShouldBe($"[\"{mine}\"] []");
        (await api.ScalarAsync<long>($"""
            select count(*) from tenancy.audit_log where tenant_id = '{ada.TenantId}' and action = 'member.accounts_changed' and detail ->> 'accounts' is null
            """)).ShouldBe(2);
    }

    [Fact]
    public async Task An_invitation_gives_the_accounts_that_its_owner_chose_and_an_accepted_one_changes_none()
    {
        var (ada, eve, bob) = (await Person.SignUpAsync(api), await Person.SignUpAsync(api), await Person.SignUpAsync(api));
        var (mine, theirs) = (await AccountAsync(ada), await AccountAsync(eve));
        object Invitation(string role, params Guid[] accounts) => new { email = bob.Email, role, accounts };

        (await ada.PostAsync("/api/tenant/invitations", Invitation("trader", theirs))).Fields.ShouldBe(["accounts"]);
        (await ada.PostAsync("/api/tenant/invitations", Invitation("owner", mine))).Fields.ShouldBe(["accounts"]);
        var made = await ada.PostAsync("/api/tenant/invitations", Invitation("trader", mine));
        made.Json.GetProperty("accounts").EnumerateArray().Single().GetGuid().ShouldBe(mine);
        (await bob.PostAsync("/api/tenant/invitations/accept", new { token = made.Text("token") })).Status.ShouldBe(HttpStatusCode.OK);

        (await AccountsOfAsync(ada, bob)).ShouldBe([mine]);
        // Invited twice, and accepted late: the list is the owner's to change.
        await api.ExecuteAsync($"update tenancy.invitations set accepted_at = null, accounts = null where tenant_id = '{ada.TenantId}'");
        (await bob.PostAsync("/api/tenant/invitations/accept", new { token = made.Text("token") })).Status.ShouldBe(HttpStatusCode.OK);
        (await AccountsOfAsync(ada, bob)).ShouldBe([mine]);
    }

    [Fact]
    public async Task Who_sees_some_accounts_is_not_shown_the_others_in_the_lists_of_members()
    {
        var ada = await Person.SignUpAsync(api);
        var (bob, carol) = (await ada.InviteAsync(api, "trader"), await ada.InviteAsync(api, "viewer"));
        var (first, second) = (await AccountAsync(ada), await AccountAsync(ada));
        await ada.PatchAsync($"/api/tenant/members/{bob.UserId}", new { role = "trader", accounts = new[] { first } });
        await ada.PatchAsync($"/api/tenant/members/{carol.UserId}", new { role = "viewer", accounts = new[] { first, second } });

        (await AccountsOfAsync(bob, carol)).ShouldBe([first]);
        (await AccountsOfAsync(carol, carol)).ShouldBe([first, second]);
    }

    private static async Task<Guid[]?> AccountsOfAsync(Person asking, Person member)
    {
        var listed = (await asking.GetAsync("/api/tenant/members")).Json.GetProperty("items").EnumerateArray()
            .Single(one => one.GetProperty("user_id").GetGuid() == member.UserId);
        return listed.TryGetProperty("accounts", out var accounts) && accounts.ValueKind == System.Text.Json.JsonValueKind.Array
            ? [.. accounts.EnumerateArray().Select(one => one.GetGuid())] : null;
    }

    private async Task<Guid> AccountAsync(Person owner)
    {
        var id = Guid.NewGuid();
        await api.ExecuteAsync($"""
            insert into accounts.accounts (id, tenant_id, user_id, broker, name, mode, broker_account_id, currency, status)
                values ('{id}', '{owner.TenantId}', '{owner.UserId}', 'paper', 'Mine', 'paper', '{id}', 'USD', 'active')
            """);
        return id;
    }

    [Fact]
    public async Task The_last_owner_stays()
    {
        var ada = await Person.SignUpAsync(api);
        await ada.InviteAsync(api, "trader");

        (await ada.PatchAsync($"/api/tenant/members/{ada.UserId}", new { role = "viewer" })).Code.ShouldBe("tenant.last_owner");
        (await ada.DeleteAsync($"/api/tenant/members/{ada.UserId}")).Code.ShouldBe("tenant.last_owner");
    }

    [Fact]
    public async Task An_owner_who_is_invited_anew_in_other_letters_is_a_member_already_and_loses_nothing()
    {
        var ada = await Person.SignUpAsync(api);

        (await ada.PostAsync("/api/tenant/invitations", new { email = ada.Email.ToUpperInvariant(), role = "viewer" })).Code
            .ShouldBe("tenant.already_member");
    }

    [Theory]
    [InlineData("viewer", "owner", "owner")]
    [InlineData("trader", "viewer", "trader")]
    [InlineData("owner", "viewer", "owner")]
    [InlineData("owner", "trader", "owner")]
    public async Task An_invitation_that_is_accepted_late_never_lowers_a_role(string invitedAs, string memberAs, string stays)
    {
        var (ada, bob) = (await Person.SignUpAsync(api), await Person.SignUpAsync(api));
        var token = (await ada.PostAsync("/api/tenant/invitations", new { email = bob.Email, role = invitedAs })).Text("token");
        await api.ExecuteAsync(
            $"insert into tenancy.memberships (tenant_id, user_id, role) values ('{ada.TenantId}', '{bob.UserId}', '{memberAs}')");

        (await bob.PostAsync("/api/tenant/invitations/accept", new { token })).Status.ShouldBe(HttpStatusCode.OK);

        (await api.ScalarAsync<string>(
            $"select role from tenancy.memberships where tenant_id = '{ada.TenantId}' and user_id = '{bob.UserId}'")).ShouldBe(stays);
    }

    [Fact]
    public async Task Two_owners_cannot_leave_at_the_same_moment()
    {
        for (var round = 0; round < 5; round++)
        {
            var ada = await Person.SignUpAsync(api);
            var bob = await ada.InviteAsync(api, "owner");

            var answers = await Task.WhenAll(ada.DeleteAsync($"/api/tenant/members/{bob.UserId}"),
                bob.PatchAsync($"/api/tenant/members/{ada.UserId}", new { role = "viewer" }));

            answers.Count(answer => answer.Status == HttpStatusCode.NoContent).ShouldBeInRange(0, 1);
            (await api.ScalarAsync<long>($"select count(*) from tenancy.memberships where tenant_id = '{ada.TenantId}' and role = 'owner'"))
                .ShouldBeGreaterThan(0);
        }
    }

    [Theory]
    [InlineData("update tenancy.memberships set role = 'viewer' where tenant_id = '{0}'")]
    [InlineData("delete from tenancy.memberships where tenant_id = '{0}'")]
    [InlineData("delete from tenancy.users where id in (select user_id from tenancy.memberships where tenant_id = '{0}')")]
    public async Task The_database_keeps_the_last_owner_whoever_asks(string sql)
    {
        var ada = await Person.SignUpAsync(api);

        (await Should.ThrowAsync<PostgresException>(() => api.ExecuteAsync(string.Format(sql, ada.TenantId)))).ConstraintName
            .ShouldBe("tenant_keeps_an_owner");
    }

    [Fact]
    public async Task Within_one_transaction_a_tenant_may_be_handed_over()
    {
        var ada = await Person.SignUpAsync(api);
        var bob = await ada.InviteAsync(api, "trader");

        await api.ExecuteAsync($"begin; delete from tenancy.memberships where user_id = '{ada.UserId}' and tenant_id = '{ada.TenantId}'; update tenancy.memberships set role = 'owner' where user_id = '{bob.UserId}' and tenant_id = '{ada.TenantId}'; commit");
    }

    [Fact]
    public async Task Tokens_and_sessions_of_a_removed_member_stay_dead_when_they_are_invited_again()
    {
        var ada = await Person.SignUpAsync(api);
        var bob = await ada.InviteAsync(api, "trader");
        var bot = bob.With((await bob.PostAsync("/api/user/tokens", new { name = "bot", scopes = new[] { "trade" } })).Text("token"));
        (await bot.GetAsync("/api/user/me")).Status.ShouldBe(HttpStatusCode.OK);
        (await ada.DeleteAsync($"/api/tenant/members/{bob.UserId}")).Status.ShouldBe(HttpStatusCode.NoContent);

        var again = new Person(bob.Http, bob.Email);
        again.Take(await LogInTests.LogInAsync(bob, Person.Password));
        var token = (await ada.PostAsync("/api/tenant/invitations", new { email = bob.Email, role = "trader" })).Text("token");
        (await again.PostAsync("/api/tenant/invitations/accept", new { token })).Status.ShouldBe(HttpStatusCode.OK);

        (await bot.GetAsync("/api/user/me")).Status.ShouldBe(HttpStatusCode.Unauthorized);
        (await bob.GetAsync("/api/user/me")).Status.ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    [Trait("Control", "T2")]
    public async Task Members_of_another_tenant_are_neither_seen_nor_changed()
    {
        var (ada, eve) = (await Person.SignUpAsync(api), await Person.SignUpAsync(api));

        (await eve.PatchAsync($"/api/tenant/members/{ada.UserId}", new { role = "viewer" })).Status.ShouldBe(HttpStatusCode.NotFound);
        (await eve.DeleteAsync($"/api/tenant/members/{ada.UserId}")).Status.ShouldBe(HttpStatusCode.NotFound);
        (await eve.PostAsync("/auth/switch", new { tenant_id = ada.TenantId })).Status.ShouldBe(HttpStatusCode.NotFound);
        (await eve.GetAsync("/api/tenant/members")).Json.GetProperty("items").GetArrayLength().ShouldBe(1);
    }

    [Fact]
    public async Task A_personal_token_is_shown_once_ends_when_deleted_and_makes_no_other()
    {
        var ada = await Person.SignUpAsync(api);
        var made = await ada.PostAsync("/api/user/tokens", new { name = "bot", scopes = new[] { "admin" } });
        var bot = ada.With(made.Text("token"));

        (await ada.GetAsync("/api/user/tokens")).Json.ToString().ShouldNotContain(made.Text("token"));
        (await bot.GetAsync("/api/user/me")).Status.ShouldBe(HttpStatusCode.OK);
        (await bot.PostAsync("/api/user/tokens", new { name = "child", scopes = new[] { "read" } })).Status
            .ShouldBe(HttpStatusCode.Forbidden);
        (await ada.DeleteAsync($"/api/user/tokens/{made.Text("id")}")).Status.ShouldBe(HttpStatusCode.NoContent);
        (await bot.GetAsync("/api/user/me")).Status.ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task A_personal_token_ends_after_ninety_days_unless_it_says_otherwise_and_after_a_year_at_most()
    {
        var ada = await Person.SignUpAsync(api);
        var now = DateTimeOffset.UtcNow;
        Task<Answer> MakeAsync(DateTimeOffset? end) =>
            ada.PostAsync("/api/user/tokens", new { name = "bot", scopes = new[] { "read" }, expires_at = end });

        (Ends(await MakeAsync(null)) - now).TotalDays.ShouldBe(90, 0.01);
        (Ends(await MakeAsync(now.AddDays(364))) - now).TotalDays.ShouldBe(364, 0.01);
        (await MakeAsync(now.AddDays(366))).Fields.ShouldBe(["expires_at"]);
        (await MakeAsync(now.AddDays(-1))).Fields.ShouldBe(["expires_at"]);

        static DateTimeOffset Ends(Answer made) => made.Json.GetProperty("expires_at").GetDateTimeOffset();
    }

    [Fact]
    public async Task A_personal_token_says_when_and_from_where_it_was_last_used()
    {
        var ada = await Person.SignUpAsync(api, ApiFixture.NewClient(api.NewServer([])));
        var token = (await ada.PostAsync("/api/user/tokens", new { name = "bot", scopes = new[] { "read" } })).Text("token");

        (await ada.With(token).GetAsync("/api/positions")).Status.ShouldBe(HttpStatusCode.OK);

        var row = (await ada.GetAsync("/api/user/tokens")).Json.GetProperty("items")[0];
        row.GetProperty("last_used_at").GetDateTimeOffset().ShouldBe(DateTimeOffset.UtcNow, TimeSpan.FromMinutes(1));
        row.GetProperty("last_used_address").GetString().ShouldBe("127.0.0.1");
    }
}
