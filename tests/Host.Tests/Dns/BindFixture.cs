using MtaSts.Modules.Dns;
using MtaSts.Peers;
using Xunit;

namespace MtaSts.Host.Tests.Dns;

/// <summary>A BIND with the records of these tests, started once for them.</summary>
public sealed class BindFixture : IAsyncLifetime
{
    private BindServer? server;
    private IDnsLookup? lookup;

    /// <summary>What is asked through; the test is skipped where there is no BIND.</summary>
    internal IDnsLookup Lookup
    {
        get
        {
            Peer.RequireProgram("named", "bind9");
            return lookup!;
        }
    }

    internal BindServer Server => server!;

    public async ValueTask InitializeAsync()
    {
        if (Peer.FindProgram("named") is null)
            return; // Each test says so by itself.
        server = await BindServer.StartAsync();
        server.Ttl = 321;
        server.Set("target.test", "TXT", "v=STSv1; id=20260102030405;");
        server.Set("_mta-sts.alias.test", "CNAME", "Hop-1.test.");
        server.Set("hop-1.test", "CNAME", "hop-2.test.");
        server.Set("hop-2.test", "CNAME", "target.test.");
        server.Set("astray.test", "CNAME", "nowhere.test.");
        server.Set("away.test", "CNAME", "elsewhere.example.");
        server.Set("loop-1.test", "CNAME", "loop-2.test.");
        server.Set("loop-2.test", "CNAME", "loop-1.test.");
        // Written in lower case the type is not taken for text to be quoted: strings as they stand.
        server.Set("_mta-sts.several.test", "TXT", "v=spf1 -all", "v=STSv1; id=1;");
        server.Set("_mta-sts.several.test", "txt", "\"\"");
        server.Set("_mta-sts.strings.test", "txt", "\"v=STSv1; \" \"\" \"id=2\" \"026;\"");
        server.Set("odd.test", "txt", "\"a\\\"b\\\\c;d\"", "\"\\195\\188\"", "\"\\255\\000\"");
        server.Set("long.test", "TXT", new string('x', 3_000));
        server.Set("large.test", "TXT", [.. Enumerable.Range(0, 60).Select(static i => $"{i:000} " + new string('y', 500))]);
        server.Set("mail.test", "MX", "20 backup.test.", "10 Primary.Test.", "10 primary-2.test.", "5 first.test.");
        foreach (var mx in (string[])["backup", "primary", "primary-2", "first"])
            server.Set(mx + ".test", "A", "192.0.2.4"); // BIND refuses a zone whose own MX hosts have no address.
        server.Set("null.test", "MX", "0 .");
        server.Set("host.test", "A", "192.0.2.1", "192.0.2.2");
        server.Set("host.test", "AAAA", "2001:db8::1");
        server.Set("host.test", "CAA", "0 issue \"ca.example\"");
        server.Set("_25._tcp.host.test", "TLSA", "3 1 1 00112233445566778899AABBCCDDEEFF00112233445566778899AABBCCDDEEFF", "2 0 0 30", "255 7 9 ABCD");
        server.Set("deep.under.test", "A", "192.0.2.3");
        await server.PublishAsync();
        lookup = DnsScene.Through(server.Address);
    }

    public async ValueTask DisposeAsync()
    {
        if (server is not null)
            await server.DisposeAsync();
    }
}
