using System.Text.Json.Nodes;
using MtaSts.Peers;
using Xunit;

namespace MtaSts.EndToEnd;

/// <summary>A domain whose DNS host flattens the CNAME: recognised by each of the other records, and hosted once a question came here through the name.</summary>
[Collection(HiddenCollection.Name)]
public sealed class HiddenCnameTests(HiddenFixture scene)
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    [Theory]
    [InlineData("claim")]
    [InlineData("policy")]
    [InlineData("reporting")]
    [InlineData("rua")]
    public async Task Domain_OfWhichOnlyOneRecordSpeaks_IsHostedOnceTheNameLeadsHere(string record)
    {
        var domain = $"hidden-{record}.test";
        var token = (string)(await scene.WantHostingAsync(domain))["cnameTarget"]!;
        token = token[..token.IndexOf('.', StringComparison.Ordinal)];
        switch (record)
        {
            case "claim":
                scene.Bind.Set("_mtasts-claim." + domain, "TXT", "another-service=1", "mtasts-claim=" + token);
                break;
            case "policy":
                scene.Bind.Set("_mta-sts." + domain, "CNAME", token + "._mta-sts.records.service.test.");
                break;
            case "reporting":
                scene.Bind.Set("_smtp._tls." + domain, "CNAME", token + "._smtp._tls.records.service.test.");
                break;
            default:
                scene.Bind.Set("_smtp._tls." + domain, "TXT", $"v=TLSRPTv1; rua=mailto:{token}@reports.sts.test");
                break;
        }
        scene.Bind.Set("mta-sts." + domain, "A", HiddenFixture.StrangerAddress.ToString()); // Nobody listens there.
        await scene.Bind.PublishAsync();
        var waiting = await scene.CheckAsync(domain);
        Assert.Equal("awaitingCname", (string?)waiting["state"]);
        Assert.Contains("does not lead here", (string?)waiting["problem"], StringComparison.Ordinal);
        Assert.DoesNotContain("STSv1", await HiddenFixture.GetPolicyAsync(HiddenFixture.FirstAddress, "mta-sts." + domain), StringComparison.Ordinal);

        await scene.Bind.PublishAsync("mta-sts." + domain, "A", HiddenFixture.FirstAddress.ToString());
        await scene.UntilLiveAsync(domain);

        // The gateway remembers for a lease that there was nothing.
        await Poll.Until(async () => (await HiddenFixture.GetPolicyAsync(HiddenFixture.FirstAddress, "mta-sts." + domain)).Contains("mx1." + domain, StringComparison.Ordinal), Limit, "the policy is served");
        var card = (await scene.Api.GetAsync($"domains/{domain}/records"))["items"]!.AsArray()[0]!;
        Assert.Equal("ok", (string?)card["state"]);
        Assert.Contains("reached through the name", (string?)card["detail"], StringComparison.Ordinal);
        Assert.DoesNotContain(domain, (await scene.Api.GetAsync("alerts")).ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Records_NameThatStandsWithoutTheCname_ShowTheRecordToPublish()
    {
        const string Domain = "hidden-shown.test";
        await scene.WantHostingAsync(Domain);
        await scene.Bind.PublishAsync("mta-sts." + Domain, "A", HiddenFixture.FirstAddress.ToString());
        await scene.CheckAsync(Domain);
        var items = (await scene.Api.GetAsync($"domains/{Domain}/records"))["items"]!.AsArray();
        JsonNode record = Assert.Single(items, item => (string?)item!["name"] == "_mtasts-claim." + Domain)!;
        Assert.Equal("missing", (string?)record["state"]);
        await scene.Bind.PublishAsync("_mtasts-claim." + Domain, "TXT", (string)record["expected"]!);
        await scene.UntilLiveAsync(Domain);
    }
}
