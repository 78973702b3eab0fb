using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using MtaSts.Peers;
using Xunit;

namespace MtaSts.EndToEnd;

/// <summary>The API as a script meets it: refusals that say what to do, lists in pages, nothing without a token.</summary>
public sealed class ApiTests(ApiFixture fixture) : IClassFixture<ApiFixture>
{
    private HostProcess Host => fixture.Host;

    private ApiClient Api => new(fixture.Host);

    [Theory]
    [InlineData("GET", "/api/v1/domains")]
    [InlineData("GET", "/API/V1/domains")]
    [InlineData("POST", "/api/v1/domains")]
    [InlineData("POST", "/api/v1/reports")]
    [InlineData("GET", "/api/v1/quarantine")]
    [InlineData("GET", "/api/v1/alerts")]
    [InlineData("GET", "/api/v1/no-such-call")]
    [InlineData("GET", "/api/v1/domains/example.com/scorecard")]
    public async Task Call_WithoutAKnownToken_Is401AndAProblem(string method, string path)
    {
        foreach (var token in new[] { null, "wrong-token-wrong-token", "", new string('a', 5_000) })
        {
            using var request = new HttpRequestMessage(new HttpMethod(method), new Uri(Host.DashboardUrl, path));
            if (token is not null)
                request.Headers.TryAddWithoutValidation("Authorization", "Bearer " + token);
            using var response = await Host.Client.SendAsync(request);
            Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
            Assert.Equal("Bearer", response.Headers.WwwAuthenticate.First().Scheme);
            Assert.Equal("application/problem+json", response.Content.Headers.ContentType!.MediaType);
        }
    }

    [Fact]
    public async Task Gateway_ApiAndDashboard_CannotBeReachedThere()
    {
        foreach (var path in new[] { "/api/v1/domains", "/", "/sign-in", "/openapi/v1.json", "/_blazor" })
        {
            using var response = await Host.Client.GetAsync(new Uri(Host.GatewayUrl, path));
            Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        }
    }

    [Fact]
    public async Task Claim_InEverySpelling_IsOneDomain()
    {
        var first = await RefusableAsync(HttpMethod.Post, "domains", """{"name":"BÜCHER.example."}""");
        Assert.Equal(HttpStatusCode.Created, first.Status);
        Assert.Equal("xn--bcher-kva.example", (string?)first.Body["name"]);
        Assert.Equal("bücher.example", (string?)first.Body["unicodeName"]);
        var second = await RefusableAsync(HttpMethod.Post, "domains", """{"name":"xn--bcher-kva.example"}""");
        Assert.Equal((HttpStatusCode.OK, (string)first.Body["cnameTarget"]!), (second.Status, (string)second.Body["cnameTarget"]!));
        Assert.Equal("xn--bcher-kva.example", (string?)(await Api.GetAsync("domains/B%C3%BCcher.EXAMPLE"))["name"]);
    }

    [Theory]
    [InlineData("POST", "domains", """{"name":"not a name"}""", "invalid", "name")]
    [InlineData("POST", "domains", """{"name":"192.0.2.1"}""", "invalid", "name")]
    [InlineData("POST", "domains", "{}", "invalid", "name")]
    [InlineData("POST", "domains", """{"nam":"x.example"}""", "invalid", null)]
    [InlineData("POST", "domains", "no json", "invalid", null)]
    [InlineData("PUT", "domains/refused.example/policy", """{"mode":"Testing","mx":["mx.example"],"maxAge":86400}""", "invalid", "mode")]
    [InlineData("PUT", "domains/refused.example/policy", """{"mode":"testing","mx":[],"maxAge":86400}""", "invalid", "mx")]
    [InlineData("PUT", "domains/refused.example/policy", """{"mode":"testing","mx":["mx..example"],"maxAge":86400}""", "invalid", "mx")]
    [InlineData("PUT", "domains/refused.example/policy", """{"mode":"testing","mx":["mx.example"],"maxAge":31557601}""", "invalid", "maxAge")]
    [InlineData("PUT", "domains/refused.example/policy", """{"mode":"testing","mx":["mx.example"],"maxAge":-1}""", "invalid", "maxAge")]
    [InlineData("PUT", "domains/refused.example/policy", """{"mode":"testing","mx":["mx.example"]}""", "invalid", "maxAge")]
    [InlineData("PUT", "domains/refused.example/policy", """{"mode":"testing","mx":["mx.example"],"max_age":86400}""", "invalid", null)]
    [InlineData("GET", "domains/refused.example/scorecard?from=yesterday", null, "invalid", "from")]
    [InlineData("GET", "domains/refused.example/scorecard?from=2026-02-01&to=2026-01-01", null, "invalid", "from")]
    [InlineData("GET", "domains/refused.example/scorecard?from=2015-01-01&to=2026-01-01", null, "invalid", "from")]
    [InlineData("GET", "domains/refused.example/scorecard/export?format=xls", null, "invalid", "format")]
    [InlineData("GET", "domains/refused.example/reports/export?from=2026-02-01&to=2026-01-01", null, "invalid", "from")]
    [InlineData("GET", "domains/nobody.example/reports/export", null, "not-found", null)]
    [InlineData("GET", "domains/nobody.example", null, "not-found", null)]
    [InlineData("GET", "domains/not%20a%20name", null, "not-found", null)]
    [InlineData("DELETE", "domains/nobody.example", null, "not-found", null)]
    [InlineData("PUT", "domains/nobody.example/hosting", null, "not-found", null)]
    [InlineData("GET", "domains/refused.example/policy", null, "not-found", null)]
    [InlineData("GET", "domains/refused.example/reports/rp-0", null, "not-found", null)]
    [InlineData("GET", "domains/refused.example/reports/rp-00000000000000000000000000000000/raw", null, "not-found", null)]
    [InlineData("POST", "quarantine/rp-00000000000000000000000000000000/replay", null, "not-found", null)]
    [InlineData("POST", "quarantine/..%2f..%2fx/replay", null, "not-found", null)]
    [InlineData("DELETE", "quarantine/rp-00000000000000000000000000000000", null, "not-found", null)]
    [InlineData("GET", "domains/refused.example/reports?dkim=perhaps", null, "invalid", "dkim")]
    [InlineData("GET", "domains/refused.example/reports?from=2026-02-01&to=2026-01-01", null, "invalid", "from")]
    [InlineData("PUT", "settings", "{}", "invalid", "countUnauthenticated")]
    [InlineData("DELETE", "workspace", null, "invalid", "name")]
    [InlineData("DELETE", "workspace?name=another", null, "invalid", "name")]
    [InlineData("PATCH", "domains", null, "not-found", null)]
    public async Task Call_ThatCannotBe_IsAProblemThatNamesTheField(string method, string path, string? body, string code, string? field)
    {
        await Api.PostAsync("domains", new { name = "refused.example" });
        var (status, problem) = await RefusableAsync(new HttpMethod(method), path, body);
        Assert.Equal(code == "not-found" ? HttpStatusCode.NotFound : HttpStatusCode.BadRequest, status);
        Assert.Equal((code, field), ((string?)problem["code"], (string?)problem["field"]));
        Assert.False(string.IsNullOrWhiteSpace((string?)problem["detail"]));
    }

    /// <summary>What the body is of does not matter for a call that needs none; a body of another type is never passed over.</summary>
    [Theory]
    [InlineData("POST", "domains", """{"name":"typed.example"}""", "text/plain", 415, "\"Content-Type: application/json\"")]
    [InlineData("POST", "domains", """{"name":"typed.example"}""", null, 415, "\"Content-Type: application/json\"")]
    [InlineData("PUT", "domains/typed.example/policy", "a=b", "application/x-www-form-urlencoded", 415, "\"Content-Type: application/json\"")]
    [InlineData("PUT", "settings", "{}", "application/xml", 415, "\"Content-Type: application/json\"")]
    [InlineData("PUT", "domains/typed.example/hosting", """{"override":true}""", "text/plain", 415, "\"Content-Type: application/json\"")]
    [InlineData("POST", "domains/typed.example/policy/versions/1/restore", "x", null, 415, "\"Content-Type: application/json\"")]
    [InlineData("POST", "domains/typed.example/report-address", "{}", "text/plain", 415, "\"Content-Type: application/json\"")]
    [InlineData("POST", "domains", null, null, 400, "requires a JSON body")]
    [InlineData("POST", "domains", "", "application/json", 400, "requires a JSON body")]
    [InlineData("POST", "domains", "null", "application/json", 400, "requires a JSON body")]
    [InlineData("PUT", "domains/typed.example/policy", null, null, 400, "requires a JSON body")]
    [InlineData("POST", "domains/typed.example/policy/check", null, null, 400, "requires a JSON body")]
    [InlineData("PUT", "settings", "", "application/json", 400, "requires a JSON body")]
    [InlineData("POST", "domains/typed.example/reports/exclusions", null, null, 400, "requires a JSON body")]
    [InlineData("PUT", "domains/typed.example/hosting", """{"overide":true}""", "application/json", 400, "does not have the expected type")]
    [InlineData("PUT", "domains/typed.example/hosting", "{", "application/json", 400, "not valid JSON")]
    [InlineData("PUT", "domains/typed.example/hosting", null, null, 200, "")]
    [InlineData("PUT", "domains/typed.example/hosting", "", "application/json", 200, "")]
    [InlineData("PUT", "domains/typed.example/hosting", "", "text/plain", 200, "")]
    [InlineData("PUT", "domains/typed.example/hosting", "{}", "application/json; charset=utf-8", 200, "")]
    [InlineData("POST", "domains/typed.example/report-address", null, null, 200, "")]
    [InlineData("POST", "domains/typed.example/report-address", """{"graceDays":1}""", "application/merge-patch+json", 200, "")]
    public async Task Call_WithABodyOfAnyTypeOrNone_IsReadOrRefusedInOurWords(string method, string path, string? body, string? type, int status, string text)
    {
        await Api.PostAsync("domains", new { name = "typed.example" });
        await Api.PutAsync("domains/typed.example/policy", new { mode = "testing", mx = new[] { "mx1.typed.example" }, maxAge = 86_400, @override = true });
        using var content = body is null ? null : new ByteArrayContent(System.Text.Encoding.UTF8.GetBytes(body));
        if (type is not null)
            content!.Headers.TryAddWithoutValidation("Content-Type", type);
        using var request = new HttpRequestMessage(new HttpMethod(method), new Uri(Host.DashboardUrl, "/api/v1/" + path)) { Content = content };
        request.Headers.Authorization = new("Bearer", ApiClient.Token);
        using var answer = await Host.Client.SendAsync(request);
        var answered = await answer.Content.ReadAsStringAsync();

        Assert.True((int)answer.StatusCode == status, $"{(int)answer.StatusCode} {answered}");
        if (status < 300)
            return;
        var problem = System.Text.Json.Nodes.JsonNode.Parse(answered)!;
        Assert.Equal("invalid", (string?)problem["code"]);
        Assert.Contains(text, (string?)problem["detail"], StringComparison.Ordinal);
        Assert.DoesNotContain("parameter", (string?)problem["detail"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task List_InPages_NamesEachDomainOnce()
    {
        var names = Enumerable.Range(0, 7).Select(i => $"page{i}.example").ToArray();
        foreach (var name in names)
            await Api.PostAsync("domains", new { name });
        var listed = new List<string>();
        for (string? next = ""; next is not null;)
        {
            var page = await Api.GetAsync($"domains?limit=3&next={next}");
            listed.AddRange(page["items"]!.AsArray().Select(item => (string)item!["name"]!));
            next = (string?)page["next"];
        }
        Assert.Equal(listed.Count, listed.Distinct().Count());
        Assert.Empty(names.Except(listed));
        await Api.DeleteAsync("domains/page3.example");
        Assert.DoesNotContain("page3.example", (await Api.GetAsync("domains?limit=200"))["items"]!.AsArray().Select(item => (string)item!["name"]!));
    }

    [Fact]
    public async Task Upload_TwiceThenForeignThenGarbage_SaysWhatBecameOfEach()
    {
        await Api.PostAsync("domains", new { name = "upload.example" });
        var report = Encoding.UTF8.GetBytes("""
            {"organization-name":"<script>alert(1)</script>","date-range":{"start-datetime":"2026-03-01T00:00:00Z","end-datetime":"2026-03-01T23:59:59Z"},"report-id":"r1",
             "policies":[{"policy":{"policy-type":"sts","policy-domain":"upload.example"},"summary":{"total-successful-session-count":3,"total-failure-session-count":0}}]}
            """);
        var first = await Api.UploadAsync(report);
        Assert.Equal("counted", (string?)first["outcome"]);
        Assert.Equal("duplicate", (string?)(await Api.UploadAsync(report))["outcome"]);
        var foreign = await Api.UploadAsync(Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(report).Replace("upload.example", "elsewhere.example", StringComparison.Ordinal)));
        Assert.Equal("quarantined", (string?)foreign["outcome"]);
        Assert.Contains("elsewhere.example", (string?)foreign["reason"], StringComparison.Ordinal);
        Assert.Equal("quarantined", (string?)(await Api.UploadAsync([1, 2, 3]))["outcome"]);
        var listed = Assert.Single((await Api.GetAsync("domains/upload.example/reports"))["items"]!.AsArray())!;
        Assert.Equal((string)first["id"]!, (string)listed["id"]!);
        Assert.Equal(report, await Api.GetBytesAsync($"domains/upload.example/reports/{listed["id"]}/raw"));
        Assert.Equal(3, (int)(await Api.GetAsync("domains/upload.example/scorecard?from=2026-03-01&to=2026-03-01"))["sessions"]!["successful"]!);
    }

    [Fact]
    public async Task Export_OfBothKinds_HasTheRowsAndNoFormula()
    {
        await Api.PostAsync("domains", new { name = "export.example" });
        await Api.UploadAsync(Encoding.UTF8.GetBytes("""
            {"organization-name":"=cmd()","date-range":{"start-datetime":"2026-03-01T00:00:00Z","end-datetime":"2026-03-01T23:59:59Z"},"report-id":"@r1",
             "policies":[{"policy":{"policy-type":"sts","policy-domain":"export.example"},"summary":{"total-successful-session-count":3,"total-failure-session-count":2},
             "failure-details":[{"result-type":"certificate-expired","sending-mta-ip":"192.0.2.9","receiving-mx-hostname":"mx1.export.example","failed-session-count":1,"failure-reason-code":"X509_V_ERR_CERT_HAS_EXPIRED"}]}]}
            """));
        const string Range = "from=2026-03-01&to=2026-03-01";
        var rows = Encoding.UTF8.GetString(await Api.GetBytesAsync($"domains/export.example/scorecard/export?{Range}&format=csv")).Split("\r\n");
        Assert.Contains("2026-03-01,failure,'=cmd() (uploaded),sts,certificate-expired,mx1.export.example,192.0.2.0/24,,1,,,,,,,,,,,,", rows);
        Assert.Contains("2026-03-01,policyType,,sts,,,,3,2,1,,,,,,,,,,,", rows);
        Assert.StartsWith("\uFEFFday,kind,", rows[0], StringComparison.Ordinal);
        Assert.Contains("2026-03-01,day,,,,,,3,2,,1,,1,,0,1,false,,,,0", rows);
        var report = JsonNode.Parse(await Api.GetBytesAsync($"domains/export.example/reports/export?{Range}&format=jsonl"))!;
        Assert.Equal(("=cmd()", "@r1"), ((string?)report["organization"], (string?)report["reportId"]));
        Assert.Contains("'=cmd(),'@r1,", Encoding.UTF8.GetString(await Api.GetBytesAsync($"domains/export.example/reports/export?{Range}")), StringComparison.Ordinal);
        var reason = Assert.Single((await Api.GetAsync($"domains/export.example/scorecard?{Range}"))["byReason"]!.AsArray())!;
        Assert.Equal("reason.expired", (string?)reason["explanation"]!["id"]);
        Assert.Equal(12, (await Api.GetAsync("scorecard/explanations"))["resultTypes"]!.AsArray().Count);
    }

    [Fact]
    public async Task Exclusion_OfOneAndOfMany_CountsFollowAndComeBack()
    {
        await Api.PostAsync("domains", new { name = "excluded.example" });
        const string report = """{"organization-name":"Many","contact-info":"r@many.example","date-range":{"start-datetime":"2026-03-01T00:00:00Z","end-datetime":"2026-03-01T23:59:59Z"},"report-id":"ID","policies":[{"policy":{"policy-type":"sts","policy-domain":"excluded.example"},"summary":{"total-successful-session-count":3,"total-failure-session-count":1}}]}""";
        var ids = new List<string>();
        for (var i = 0; i < 3; i++)
            ids.Add((string)(await Api.UploadAsync(Encoding.UTF8.GetBytes(report.Replace("ID", $"r{i}", StringComparison.Ordinal))))["id"]!);
        var before = (await CardAsync()).ToJsonString();

        Assert.Equal(1, (int)(await Api.PutAsync($"domains/excluded.example/reports/{ids[0]}/exclusion", new { reason = "forged" }))["changed"]!);
        Assert.Equal(0, (int)(await Api.PutAsync($"domains/excluded.example/reports/{ids[0]}/exclusion", new { reason = "twice" }))["changed"]!);
        var card = await CardAsync();
        Assert.Equal((6, 2, 2, 1), ((int)card["sessions"]!["successful"]!, (int)card["sessions"]!["failed"]!, (int)card["reports"]!, (int)card["excluded"]!));
        var excluded = Assert.Single((await Api.GetAsync("domains/excluded.example/reports?excluded=true"))["items"]!.AsArray())!["excluded"]!;
        Assert.Equal("forged", (string?)excluded["reason"]);
        Assert.StartsWith("API token ", (string?)excluded["by"], StringComparison.Ordinal);
        Assert.NotNull(excluded["at"]);
        Assert.Contains(",forged\r\n", Encoding.UTF8.GetString(await Api.GetBytesAsync("domains/excluded.example/reports/export?from=2026-03-01&to=2026-03-01")), StringComparison.Ordinal);

        Assert.Equal(2, (int)(await Api.PostAsync("domains/excluded.example/reports/exclusions", new { exclude = true, reason = "all of them", submitter = "many.example", verified = true }))["changed"]!);
        Assert.Equal((0, 3), ((int)(await CardAsync())["reports"]!, (int)(await CardAsync())["excluded"]!));
        Assert.Equal(1, (int)(await Api.DeleteAsync($"domains/excluded.example/reports/{ids[0]}/exclusion"))["changed"]!);
        Assert.Equal(2, (int)(await Api.PostAsync("domains/excluded.example/reports/exclusions", new { exclude = false, organization = "many" }))["changed"]!);
        Assert.Equal(before, (await CardAsync()).ToJsonString());

        foreach (var (path, body) in new[] { ("exclusions", """{"exclude":true,"organization":"many"}"""), ("exclusions", """{"exclude":true,"reason":"all"}"""), ("exclusions", """{"exclude":true,"reason":"x","organisation":"typo"}""") })
        {
            using var refused = await SendAsync(HttpMethod.Post, "domains/excluded.example/reports/" + path, new StringContent(body, Encoding.UTF8, "application/json"));
            Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
        }

        Task<JsonNode> CardAsync() => Api.GetAsync("domains/excluded.example/scorecard?from=2026-03-01&to=2026-03-01");
    }

    [Fact]
    public async Task ReportAddress_Renewed_BothWorkAndOwnershipStays()
    {
        var before = await Api.PostAsync("domains", new { name = "renewed.example" });
        var renewed = await Api.PostAsync("domains/renewed.example/report-address", new { graceDays = 3 });
        Assert.NotEqual((string?)before["reportAddress"], (string?)renewed["reportAddress"]);
        Assert.Equal((string?)before["cnameTarget"], (string?)renewed["cnameTarget"]);
        var earlier = Assert.Single(renewed["earlierReportAddresses"]!.AsArray())!;
        Assert.Equal((string?)before["reportAddress"], (string?)earlier["address"]);
        Assert.Equal(TimeSpan.FromDays(3), (DateTimeOffset)earlier["worksUntil"]! - (DateTimeOffset)earlier["replacedAt"]!);
        var records = (await Api.GetAsync("domains/renewed.example/records"))["items"]!.AsArray();
        Assert.Contains(records, record => ((string?)record!["expected"])?.Contains((string)renewed["reportAddress"]!, StringComparison.Ordinal) == true);
        foreach (var address in new[] { (string)before["reportAddress"]!, (string)renewed["reportAddress"]! })
        {
            using var posted = await Host.Client.PostAsync(new Uri(Host.GatewayUrl, "/tlsrpt/" + address.Split('@')[0]), new ByteArrayContent("""{"organization-name":"x"}"""u8.ToArray()));
            Assert.True(posted.IsSuccessStatusCode, $"{address}: {posted.StatusCode}");
        }
        foreach (var body in new[] { """{"graceDays":-1}""", """{"graceDays":91}""", """{"graceDays":2147483647}""", """{"days":3}""" })
            Assert.Equal(HttpStatusCode.BadRequest, (await RefusableAsync(HttpMethod.Post, "domains/renewed.example/report-address", body)).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await RefusableAsync(HttpMethod.Post, "domains/another.example/report-address", "{}")).Status);
        Assert.Equal((string?)renewed["reportAddress"], (string?)(await Api.GetAsync("domains/renewed.example"))["reportAddress"]);
    }

    [Fact]
    public async Task Upload_OfMany_IsAnsweredItemByItem()
    {
        await Api.PostAsync("domains", new { name = "many.example" });
        const string mail = "From: a@b.example\r\nContent-Type: application/tlsrpt+json\r\n\r\n";
        const string report = """{"organization-name":"Many","date-range":{"start-datetime":"2026-03-01T00:00:00Z","end-datetime":"2026-03-01T23:59:59Z"},"report-id":"ID","policies":[{"policy":{"policy-type":"sts","policy-domain":"many.example"},"summary":{"total-successful-session-count":3,"total-failure-session-count":0}}]}""";
        var mailbox = string.Concat(new[] { report, report.Replace("ID", "second", StringComparison.Ordinal), "{}" }.Select(json => $"From a@b Mon Mar  2 03:00:00 2026\r\n{mail}{json}\r\n\r\n"));
        using var response = await SendAsync(HttpMethod.Post, "reports?fileName=old.mbox", new ByteArrayContent(Encoding.UTF8.GetBytes(mailbox)));
        Assert.Equal(HttpStatusCode.MultiStatus, response.StatusCode);
        var answer = JsonNode.Parse(await response.Content.ReadAsStringAsync())!;
        Assert.Equal((2, 0, 1, 0), ((int)answer["counted"]!, (int)answer["duplicates"]!, (int)answer["quarantined"]!, (int)answer["refused"]!));
        Assert.Equal(["counted", "counted", "quarantined"], answer["items"]!.AsArray().Select(item => (string?)item!["outcome"]));

        var kept = (string)answer["items"]![2]!["id"]!;
        Assert.Contains(kept, (await Api.PostAsync("quarantine/replay?limit=200"))["items"]!.AsArray().Select(item => (string?)item!["id"]));
        await Api.DeleteAsync("quarantine/" + kept);
        Assert.DoesNotContain(kept, (await Api.GetAsync("quarantine?limit=200"))["items"]!.AsArray().Select(item => (string?)item!["id"]));
        Assert.Equal(0, (int)(await Api.GetAsync("quarantine/summary"))["dropped"]!);

        Assert.Equal(2, (await Api.GetAsync("domains/many.example/reports?dkim=notMail,pass"))["items"]!.AsArray().Count);
        Assert.Empty((await Api.GetAsync("domains/many.example/reports?dkim=pass"))["items"]!.AsArray());
        Assert.Empty((await Api.GetAsync("domains/many.example/reports?unsigned=true"))["items"]!.AsArray()); // Whoever uploads vouches.
        Assert.Equal(2, (await Api.GetAsync("domains/many.example/reports?from=2026-03-01&to=2026-03-01&organization=MANY&failures=false"))["items"]!.AsArray().Count);
        Assert.Equal("notMail", (string?)(await Api.GetAsync($"domains/many.example/reports/{answer["items"]![0]!["id"]}"))["dkim"]!["verdict"]);
    }

    [Fact]
    public async Task Settings_Changed_AreReadBack()
    {
        Assert.True((bool)(await Api.GetAsync("settings"))["countUnauthenticated"]!);
        Assert.False((bool)(await Api.PutAsync("settings", new { countUnauthenticated = false }))["countUnauthenticated"]!);
        Assert.False((bool)(await Api.GetAsync("settings"))["countUnauthenticated"]!);
        await Api.PutAsync("settings", new { countUnauthenticated = true });
    }

    [Fact]
    public async Task Upload_OverTheLimit_Is413AndEmptyIs400()
    {
        using var tooLarge = await SendAsync(HttpMethod.Post, "reports", new ByteArrayContent(new byte[MtaSts.Modules.Reports.Envelope.MaxBytes + 1]));
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, tooLarge.StatusCode);
        using var empty = await SendAsync(HttpMethod.Post, "reports", new ByteArrayContent([]));
        Assert.Equal(HttpStatusCode.BadRequest, empty.StatusCode);
    }

    /// <summary>A body is read whole before anything looks at it: whoever has a token could have the service hold thirty megabytes as often as he likes.</summary>
    [Theory]
    [InlineData("POST", "domains")]
    [InlineData("PUT", "domains/large.example/policy")]
    [InlineData("PUT", "settings")]
    public async Task Call_WithALargeBody_Is413AndSaysHowMuch(string method, string path)
    {
        await Api.PostAsync("domains", new { name = "large.example" });
        var (status, problem) = await RefusableAsync(new HttpMethod(method), path, "{\"mx\":[\"" + new string('a', 300_000) + "\"]}");
        Assert.Equal((HttpStatusCode.RequestEntityTooLarge, "too-large"), (status, (string?)problem["code"]));
        Assert.Contains("256 KiB", (string?)problem["detail"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Check_AskedForManyTimesAtOnce_LooksOnceForMost()
    {
        await Api.PostAsync("domains", new { name = "asked.example" });
        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Api.PostAsync("domains/asked.example/check")));
        var looks = answers.Select(answer => (string)answer["at"]!).Distinct().Order(StringComparer.Ordinal).ToArray();
        Assert.InRange(looks.Length, 1, 5); // On a busy machine the twenty do not come at once.
        var next = (string)(await Api.PostAsync("domains/asked.example/check"))["at"]!;
        Assert.True(string.CompareOrdinal(next, looks[^1]) > 0, "what is asked for later is not answered with what was seen before");
    }

    [Fact]
    public async Task Hosting_ThatWouldEnforceWhatNobodyTested_NeedsAnOverride()
    {
        await Api.PostAsync("domains", new { name = "again.example" });
        await Api.PutAsync("domains/again.example/policy", new { mode = "enforce", mx = new[] { "mx1.again.example" }, maxAge = 604_800, @override = true });
        await Api.PutAsync("domains/again.example/hosting");
        await Api.DeleteAsync("domains/again.example/hosting"); // What was overridden was so for that time.

        var (status, problem) = await RefusableAsync(HttpMethod.Put, "domains/again.example/hosting", null);

        Assert.Equal((HttpStatusCode.Conflict, "needs-override"), (status, (string?)problem["code"]));
        Assert.Equal("invalid", (string?)(await RefusableAsync(HttpMethod.Put, "domains/again.example/hosting", """{"overide":true}""")).Body["code"]);
        Assert.Equal("awaitingCname", (string?)(await Api.PutAsync("domains/again.example/hosting", new { @override = true }))["state"]);
    }

    [Fact]
    public async Task Restore_WithoutABody_FindsTheCall()
    {
        await Api.PostAsync("domains", new { name = "restore.example" });
        var (_, problem) = await RefusableAsync(HttpMethod.Post, "domains/restore.example/policy/versions/1/restore", null);
        Assert.Contains("no version 1", (string?)problem["detail"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task OpenApi_Document_IsAsInGit()
    {
        var document = await Host.Client.GetStringAsync(new Uri(Host.DashboardUrl, "/openapi/v1.json"));
        Golden.Check("openapi.v1.json", document.ReplaceLineEndings("\n") + "\n");
    }

    private async Task<(HttpStatusCode Status, JsonNode Body)> RefusableAsync(HttpMethod method, string path, string? body)
    {
        using var response = await SendAsync(method, path, body is null ? null : new StringContent(body, Encoding.UTF8, "application/json"));
        return (response.StatusCode, JsonNode.Parse(await response.Content.ReadAsStringAsync())!);
    }

    private Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, HttpContent? content)
    {
        var request = new HttpRequestMessage(method, new Uri(Host.DashboardUrl, "/api/v1/" + path)) { Content = content };
        request.Headers.ExpectContinue = content is ByteArrayContent and not StringContent; // A body that is refused by its length is never sent.
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", ApiClient.Token);
        return Host.Client.SendAsync(request);
    }
}
