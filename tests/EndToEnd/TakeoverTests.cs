using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using MtaSts.Peers;
using Xunit;

namespace MtaSts.EndToEnd;

/// <summary>A list of attacks on whose domain it is and what is served under its name. None gets anything.</summary>
[Collection(HiddenCollection.Name)]
public sealed class TakeoverTests(HiddenFixture scene)
{
    private const string Victim = "victim.test";
    private const string PolicyPath = "/.well-known/mta-sts.txt";

    // The DNS

    [Fact]
    public async Task DanglingCname_LeftByAClaimThatWasRemoved_HostsNothingForTheNextClaim()
    {
        const string Domain = "dangling.test";
        var former = Token(await scene.WantHostingAsync(Domain));
        await scene.Api.DeleteAsync($"domains/{Domain}"); // Before anything was served: it goes at once.
        scene.Bind.Set("_mtasts-claim." + Domain, "TXT", "mtasts-claim=" + former);
        scene.Bind.Set("_smtp._tls." + Domain, "TXT", $"v=TLSRPTv1; rua=mailto:{former}@reports.sts.test");
        await scene.Bind.PublishAsync("mta-sts." + Domain, "CNAME", former + ".sts.test.");
        await Poll.Until(() => scene.TryClaimAsync(Domain), TimeSpan.FromMinutes(2), "the former claim is gone, and a new one is taken");
        Assert.NotEqual(former, Token(await scene.WantHostingAsync(Domain)));
        await AssertNothingAsync(Domain);
    }

    [Fact]
    public async Task RecordsOfTheHolder_AreRemoved_NobodyGetsTheDomainAndItIsServedOn()
    {
        const string Domain = "removed.test";
        var token = Token(await scene.WantHostingAsync(Domain));
        scene.Bind.Set("_mtasts-claim." + Domain, "TXT", "mtasts-claim=" + token);
        await scene.Bind.PublishAsync("mta-sts." + Domain, "A", HiddenFixture.FirstAddress.ToString());
        await scene.UntilLiveAsync(Domain);
        scene.Bind.Set("_mtasts-claim." + Domain, "TXT");
        await scene.Bind.PublishAsync("mta-sts." + Domain, "A");
        Assert.Equal("live", (string?)(await scene.CheckAsync(Domain))["state"]);
        Assert.Contains("mx1." + Domain, await HiddenFixture.GetPolicyAsync(HiddenFixture.FirstAddress, "mta-sts." + Domain), StringComparison.Ordinal);
        Assert.Contains("cname-lost", (await scene.Api.GetAsync("alerts")).ToJsonString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("cname")]
    [InlineData("claim")]
    [InlineData("rua")]
    [InlineData("policy")]
    public async Task GuessedToken_InAnyRecord_IsNobodys(string record)
    {
        var domain = $"guessed-{record}.test";
        await scene.WantHostingAsync(domain);
        await PublishAsync(domain, record, "abcdefghijklmnopqrstuvwxyz");
        await AssertNothingAsync(domain);
    }

    [Theory]
    [InlineData("cname")]
    [InlineData("claim")]
    [InlineData("rua")]
    [InlineData("policy")]
    public async Task TokenOfAnotherDomain_OfTheSameWorkspace_IsNotThisOnes(string record)
    {
        var (domain, other) = ($"first-{record}.test", $"second-{record}.test");
        await scene.WantHostingAsync(domain);
        await PublishAsync(domain, record, Token(await scene.WantHostingAsync(other)));
        await AssertNothingAsync(domain);
        await AssertNothingAsync(other);
    }

    [Fact]
    public async Task TokenInTheClaimRecord_InOtherSpelling_IsNoToken()
    {
        const string Domain = "spelling.test";
        var token = Token(await scene.WantHostingAsync(Domain));
        scene.Bind.Set("mta-sts." + Domain, "A", HiddenFixture.FirstAddress.ToString());
        await scene.Bind.PublishAsync("_mtasts-claim." + Domain, "TXT",
            "mtasts-claim=" + token.ToUpperInvariant(), $"mtasts-claim={token}.", $"mtasts-claim={token} ", "MTASTS-CLAIM=" + token, $"mtasts-claim=\"{token}\"", token);
        await AssertNothingAsync(Domain);
    }

    [Fact]
    public async Task TokenInTheCname_InUpperCase_IsTheSameNameAndItsOwners()
    {
        const string Domain = "upper.test";
        var token = Token(await scene.WantHostingAsync("UPPER.test."));
        await scene.Bind.PublishAsync("mta-sts." + Domain, "CNAME", token.ToUpperInvariant() + ".STS.TEST.");
        await scene.UntilLiveAsync(Domain);
    }

    [Fact]
    public async Task CnameTarget_WithMoreLabelsAroundTheToken_IsNobodys()
    {
        const string Domain = "labels.test";
        var token = Token(await scene.WantHostingAsync(Domain));
        foreach (var target in new[] { $"x.{token}.sts.test.", $"{token}.sts.test.attacker.test.", $"{token}x.sts.test.", $"{token}sts.test." })
        {
            await scene.Bind.PublishAsync("mta-sts." + Domain, "CNAME", target);
            await AssertNothingAsync(Domain);
        }
    }

    [Fact]
    public async Task ClaimRecord_BehindAnAlias_IsSomebodyElsesWord()
    {
        const string Domain = "aliased.test";
        var token = Token(await scene.WantHostingAsync(Domain));
        scene.Bind.Set("mta-sts." + Domain, "A", HiddenFixture.FirstAddress.ToString());
        scene.Bind.Set("claims.vendor.test", "TXT", "mtasts-claim=" + token, $"v=TLSRPTv1; rua=mailto:{token}@reports.sts.test");
        scene.Bind.Set("_smtp._tls." + Domain, "CNAME", "claims.vendor.test.");
        await scene.Bind.PublishAsync("_mtasts-claim." + Domain, "CNAME", "claims.vendor.test.");
        await AssertNothingAsync(Domain);
    }

    [Theory]
    [InlineData("echo")]
    [InlineData("ok")]
    [InlineData("redirect")]
    [InlineData("endless")]
    public async Task ServerOfAStranger_AskedThroughTheName_CannotAnswerForUs(string trick)
    {
        var domain = $"stranger-{trick}.test";
        var token = Token(await scene.WantHostingAsync(domain));
        using var stop = new CancellationTokenSource();
        using var listener = new TcpListener(HiddenFixture.StrangerAddress, 80);
        listener.Start();
        var serving = ServeAsync(listener, trick, stop.Token);
        scene.Bind.Set("mta-sts." + domain, "A", HiddenFixture.StrangerAddress.ToString());
        await scene.Bind.PublishAsync("_mtasts-claim." + domain, "TXT", "mtasts-claim=" + token);
        await AssertNothingAsync(domain);
        await stop.CancelAsync();
        Assert.True(await serving > 0, "nobody asked");
    }

    [Fact]
    public async Task AddressesOfWhichOneIsAStrangers_AreNotReached()
    {
        const string Domain = "half.test";
        var token = Token(await scene.WantHostingAsync(Domain));
        scene.Bind.Set("mta-sts." + Domain, "A", HiddenFixture.FirstAddress.ToString(), HiddenFixture.SecondAddress.ToString()); // Another service of our kind, with its own secret.
        await scene.Bind.PublishAsync("_mtasts-claim." + Domain, "TXT", "mtasts-claim=" + token);
        await AssertNothingAsync(Domain);
    }

    // The gateway

    [Theory]
    [InlineData("")]
    [InlineData("0000000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("mta-sts.victim.test")]
    [InlineData("%00%00")]
    public async Task Question_ThatTheServiceDidNotAsk_IsNotAnswered(string question)
    {
        await VictimsAsync();
        foreach (var gateway in Gateways)
        {
            var answer = await HiddenFixture.SendAsync(gateway, $"GET /.well-known/mta-sts-reach/{question} HTTP/1.1\r\nHost: mta-sts.{Victim}\r\nConnection: close\r\n\r\n");
            Assert.StartsWith("HTTP/1.1 40", answer, StringComparison.Ordinal);
        }
    }

    /// <summary>Other spellings of the victim's own name get its policy and no other's.</summary>
    [Theory]
    [InlineData("mta-sts.victim.test")]
    [InlineData("MTA-STS.VICTIM.TEST")]
    [InlineData("mta-sts.victim.test.")]
    [InlineData("mta-sts.victim.test:80")]
    [InlineData("mta-sts.victim.test:8461")]
    public async Task Host_InAnotherSpelling_IsTheSameDomain(string host)
    {
        await VictimsAsync();
        foreach (var gateway in Gateways)
            Assert.Contains("mx1." + Victim, await HiddenFixture.GetPolicyAsync(gateway, host), StringComparison.Ordinal);
    }

    public static TheoryData<string, string> Tricks => new()
    {
        { "another domain of the same name", "GET {path} HTTP/1.1\r\nHost: mta-sts.sub.victim.test\r\n\r\n" },
        { "the domain without its policy host", "GET {path} HTTP/1.1\r\nHost: victim.test\r\n\r\n" },
        { "the prefix twice", "GET {path} HTTP/1.1\r\nHost: mta-sts.mta-sts.victim.test\r\n\r\n" },
        { "two trailing dots", "GET {path} HTTP/1.1\r\nHost: mta-sts.victim.test..\r\n\r\n" },
        { "userinfo", "GET {path} HTTP/1.1\r\nHost: user@mta-sts.victim.test\r\n\r\n" },
        { "userinfo with a password", "GET {path} HTTP/1.1\r\nHost: mta-sts.victim.test:80@attacker.test\r\n\r\n" },
        { "two ports", "GET {path} HTTP/1.1\r\nHost: mta-sts.victim.test:80:80\r\n\r\n" },
        { "a port that is none", "GET {path} HTTP/1.1\r\nHost: mta-sts.victim.test:http\r\n\r\n" },
        { "a path in the host", "GET {path} HTTP/1.1\r\nHost: mta-sts.victim.test/\r\n\r\n" },
        { "a fragment", "GET {path} HTTP/1.1\r\nHost: mta-sts.victim.test#\r\n\r\n" },
        { "a list", "GET {path} HTTP/1.1\r\nHost: mta-sts.victim.test, mta-sts.attacker.test\r\n\r\n" },
        { "two Host fields", "GET {path} HTTP/1.1\r\nHost: mta-sts.victim.test\r\nHost: mta-sts.attacker.test\r\n\r\n" },
        { "two Host fields, the other way round", "GET {path} HTTP/1.1\r\nHost: mta-sts.attacker.test\r\nhost: mta-sts.victim.test\r\n\r\n" },
        { "the same Host twice", "GET {path} HTTP/1.1\r\nHost: mta-sts.victim.test\r\nHost: mta-sts.victim.test\r\n\r\n" },
        { "another target in absolute form", "GET http://mta-sts.victim.test{path} HTTP/1.1\r\nHost: mta-sts.attacker.test\r\n\r\n" },
        { "an absolute form with userinfo", "GET http://mta-sts.attacker.test@mta-sts.victim.test{path} HTTP/1.1\r\nHost: mta-sts.attacker.test\r\n\r\n" },
        { "a folded Host", "GET {path} HTTP/1.1\r\nHost:\r\n mta-sts.victim.test\r\n\r\n" },
        { "a folded second line", "GET {path} HTTP/1.1\r\nHost: mta-sts.attacker.test\r\n mta-sts.victim.test\r\n\r\n" },
        { "a folded field before Host", "GET {path} HTTP/1.1\r\nX: y\r\n Host: mta-sts.victim.test\r\n\r\n" },
        { "a space before the colon", "GET {path} HTTP/1.1\r\nHost : mta-sts.victim.test\r\n\r\n" },
        { "an empty Host", "GET {path} HTTP/1.1\r\nHost:\r\n\r\n" },
        { "an empty Host and a forwarded one", "GET {path} HTTP/1.1\r\nHost:\r\nX-Forwarded-Host: mta-sts.victim.test\r\n\r\n" },
        { "a forwarded Host", "GET {path} HTTP/1.1\r\nHost: mta-sts.attacker.test\r\nX-Forwarded-Host: mta-sts.victim.test\r\nForwarded: host=mta-sts.victim.test\r\nX-Original-Host: mta-sts.victim.test\r\n\r\n" },
        { "no Host", "GET {path} HTTP/1.1\r\n\r\n" },
        { "HTTP/1.0 without Host", "GET {path} HTTP/1.0\r\n\r\n" },
        { "HTTP/0.9", "GET {path}\r\n\r\n" },
        { "a NUL in the host", "GET {path} HTTP/1.1\r\nHost: mta-sts.victim.test\0.attacker.test\r\n\r\n" },
        { "a tab in the host", "GET {path} HTTP/1.1\r\nHost: mta-sts.\tvictim.test\r\n\r\n" },
        { "a letter of another script, raw", "GET {path} HTTP/1.1\r\nHost: mta-sts.v\u00c3\u00adctim.test\r\n\r\n" },
        { "a letter of another script, A-label", "GET {path} HTTP/1.1\r\nHost: mta-sts.xn--vctim-5va.test\r\n\r\n" },
        { "a percent-encoded letter", "GET {path} HTTP/1.1\r\nHost: mta-sts.victi%6d.test\r\n\r\n" },
        { "an underscore", "GET {path} HTTP/1.1\r\nHost: mta_sts.victim.test\r\n\r\n" },
    };

    [Theory]
    [MemberData(nameof(Tricks))]
    public async Task Host_ThatIsNotTheVictims_GetsNoPolicy(string trick, string request)
    {
        await VictimsAsync();
        foreach (var gateway in Gateways)
        {
            var answer = await HiddenFixture.SendAsync(gateway, request.Replace("{path}", PolicyPath, StringComparison.Ordinal));
            Assert.False(answer.Contains("STSv1", StringComparison.Ordinal), $"{trick}, {gateway}: {answer}");
        }
    }

    // Names that look alike

    [Theory]
    [InlineData("victіm.test")] // Cyrillic і among Latin letters.
    [InlineData("vıctim.test")] // Dotless ı.
    [InlineData("víctim.test")]
    public async Task LookAlike_OfAHostedDomain_IsAnotherDomain(string name)
    {
        await VictimsAsync();
        var before = (await scene.Api.GetAsync($"domains/{Victim}"))["policy"]!.ToJsonString();
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(scene.First.DashboardUrl, "/api/v1/domains"))
        {
            Content = new StringContent(System.Text.Json.JsonSerializer.Serialize(new { name }), Encoding.UTF8, "application/json"),
        };
        request.Headers.Authorization = new("Bearer", ApiClient.Token);
        using var response = await scene.First.Client.SendAsync(request);
        var answer = JsonNode.Parse(await response.Content.ReadAsStringAsync())!;
        if (response.StatusCode != HttpStatusCode.BadRequest)
        {
            Assert.Equal(HttpStatusCode.Created, response.StatusCode);
            Assert.StartsWith("xn--", (string?)answer["name"], StringComparison.Ordinal);
        }
        Assert.Equal(before, (await scene.Api.GetAsync($"domains/{Victim}"))["policy"]!.ToJsonString());
    }

    private static IEnumerable<IPAddress> Gateways => [HiddenFixture.FirstAddress, HiddenFixture.SecondAddress];

    private static string Token(JsonNode claimed) => ((string)claimed["cnameTarget"]!).Split('.')[0];

    /// <summary>The victim's domain is live at both services; each knows it by the service's own records.</summary>
    private async Task VictimsAsync()
    {
        if (await IsServedAsync())
            return;
        var tokens = new[] { Token(await scene.WantHostingAsync(Victim)), Token(await scene.WantHostingAsync(Victim, scene.Second)) };
        foreach (var (token, host) in tokens.Zip([scene.First, scene.Second]))
        {
            await scene.Bind.PublishAsync("mta-sts." + Victim, "CNAME", token + ".sts.test.");
            await scene.UntilLiveAsync(Victim, host);
        }
        // That nothing was served may be remembered for a lease.
        await Poll.Until(IsServedAsync, TimeSpan.FromMinutes(2), "both gateways serve the victim's policy");

        static async Task<bool> IsServedAsync()
        {
            foreach (var gateway in Gateways)
            {
                if (!(await HiddenFixture.GetPolicyAsync(gateway, "mta-sts." + Victim)).Contains("STSv1", StringComparison.Ordinal))
                    return false;
            }
            return true;
        }
    }

    private async Task PublishAsync(string domain, string record, string token)
    {
        if (record == "cname")
        {
            await scene.Bind.PublishAsync("mta-sts." + domain, "CNAME", token + ".sts.test.");
            return;
        }
        scene.Bind.Set("mta-sts." + domain, "A", HiddenFixture.FirstAddress.ToString());
        await (record switch
        {
            "claim" => scene.Bind.PublishAsync("_mtasts-claim." + domain, "TXT", "mtasts-claim=" + token),
            "policy" => scene.Bind.PublishAsync("_mta-sts." + domain, "CNAME", token + "._mta-sts.records.service.test."),
            _ => scene.Bind.PublishAsync("_smtp._tls." + domain, "TXT", $"v=TLSRPTv1; rua=mailto:{token}@reports.sts.test"),
        });
    }

    private async Task AssertNothingAsync(string domain)
    {
        for (var look = 0; look < 2; look++)
            Assert.Equal("awaitingCname", (string?)(await scene.CheckAsync(domain))["state"]);
        Assert.DoesNotContain("STSv1", await HiddenFixture.GetPolicyAsync(HiddenFixture.FirstAddress, "mta-sts." + domain), StringComparison.Ordinal);
    }

    private static async Task<int> ServeAsync(TcpListener listener, string trick, CancellationToken stop)
    {
        var asked = 0;
        try
        {
            while (true)
            {
                using var client = await listener.AcceptTcpClientAsync(stop);
                var stream = client.GetStream();
                var buffer = new byte[4_096];
                var request = Encoding.ASCII.GetString(buffer, 0, await stream.ReadAsync(buffer, stop));
                asked++;
                var question = request.Split(' ')[1].Split('/')[^1];
                var answer = trick switch
                {
                    "echo" => $"HTTP/1.1 200 OK\r\nContent-Length: {question.Length}\r\n\r\n{question}",
                    "redirect" => $"HTTP/1.1 302 Found\r\nLocation: http://{HiddenFixture.FirstAddress}/.well-known/mta-sts-reach/{question}\r\nContent-Length: 0\r\n\r\n",
                    "endless" => "HTTP/1.1 200 OK\r\n\r\n" + new string('a', 1_000_000),
                    _ => "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok",
                };
                try
                {
                    await stream.WriteAsync(Encoding.ASCII.GetBytes(answer), stop);
                }
                catch (IOException)
                {
                    // It has read enough.
                }
            }
        }
        catch (OperationCanceledException)
        {
            return asked;
        }
    }
}
