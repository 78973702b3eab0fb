using Microsoft.Extensions.Options;
using MtaSts.Modules.Dns;
using MtaSts.Modules.Rfc2136;
using MtaSts.Peers;

namespace MtaSts.Modules.Tests.Rfc2136;

/// <summary>The provider with settings that lead to a BIND of the test's own.</summary>
internal static class Rfc2136Stage
{
    public static Rfc2136DnsProvider Provider(BindServer bind, Action<Rfc2136Options>? change = null, TimeProvider? clock = null)
    {
        var options = new Rfc2136Options { Servers = bind.Address.ToString(), Zone = BindServer.UpdateZone, KeyName = bind.Key.Name, KeySecret = bind.Key.Base64 };
        change?.Invoke(options);
        return new Rfc2136DnsProvider(Options.Create(options), clock ?? TimeProvider.System);
    }

    public static DnsRecordSet Set(string label, string value = "v=STSv1; id=1;", int ttl = 60) => new($"{label}._mta-sts.{BindServer.UpdateZone}", DnsType.Txt, ttl, [value]);
}
