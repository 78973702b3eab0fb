using MtaSts.Modules.Dns;
using MtaSts.Protocol;
using Xunit;

namespace MtaSts.Host.Tests.Mx;

/// <summary>MX hosts that are aliases, and the names below which their TLSA records may stand (RFC 7672 §2.2.2).</summary>
public sealed class MxAliasTests : IDisposable
{
    private const string Target = "mx.provider.example";
    private const string OfTarget = "3 1 1 AA", OfHost = "3 1 1 BB";
    private readonly MxScene scene = new() { IsSigned = true };

    public MxAliasTests()
    {
        scene.Dns.Publish(MxScene.Host, DnsType.A);
        scene.Dns.Publish(MxScene.Host, DnsType.Cname, Target);
        scene.Dns.Publish(Target, DnsType.A, "127.0.0.1");
        scene.Dns.Publish("_25._tcp." + MxScene.Host, DnsType.Tlsa, OfHost);
        scene.Dns.Publish("_25._tcp." + Target, DnsType.Tlsa, OfTarget);
    }

    public void Dispose() => scene.Dispose();

    [Fact]
    public async Task Tlsa_OfTheAliasesTarget_ComesFirst() => await IsAsync(TlsaState.Present, OfTarget, Target);

    [Fact]
    public async Task Tlsa_OfTheHostItself_CountsWhenTheTargetHasNone()
    {
        scene.Dns.Publish("_25._tcp." + Target, DnsType.Tlsa);
        await IsAsync(TlsaState.Present, OfHost, MxScene.Host);
    }

    [Fact]
    public async Task Tlsa_OfATargetWhoseRecordsAreNotSigned_IsPassedOver()
    {
        scene.Unsigned.Add("_25._tcp." + Target);
        await IsAsync(TlsaState.Present, OfHost, MxScene.Host);
    }

    /// <summary>The alias is signed and the addresses that it leads to are not: only the host's own name is left.</summary>
    [Fact]
    public async Task Tlsa_OfASignedAliasToAddressesThatAreNot_IsThatOfTheHost()
    {
        scene.Unsigned.Add(Target);
        await IsAsync(TlsaState.Present, OfHost, MxScene.Host);
    }

    [Fact]
    public async Task Tlsa_OfAnAliasThatIsNotSigned_DoesNotApply()
    {
        scene.Unsigned.Add(MxScene.Host);
        await IsAsync(TlsaState.Insecure, null, null);
    }

    [Fact]
    public async Task Tlsa_OfMxRecordsThatAreNotSigned_DoesNotApply()
    {
        scene.Unsigned.Add(MxScene.Domain);
        await IsAsync(TlsaState.Insecure, null, null);
    }

    private async Task IsAsync(TlsaState state, string? record, string? name)
    {
        var host = Assert.Single((await scene.ProbeAsync(Peers.FreePort.Next())).Hosts);
        Assert.Equal((state, record, name), (host.Tlsa, host.TlsaRecords.SingleOrDefault(), host.TlsaBase));
    }
}
