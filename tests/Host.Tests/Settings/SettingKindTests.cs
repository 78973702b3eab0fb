using MtaSts.Host.Settings;
using MtaSts.Storage;
using Xunit;
using static MtaSts.Host.Tests.Settings.StrictSettingsTests;

namespace MtaSts.Host.Tests.Settings;

/// <summary>Wrong values by kind, tried on every option of the kind: what one option refuses none takes.</summary>
public sealed class SettingKindTests
{
    private const string Garbage = "no certificate at all\n";

    private static readonly string[] Servers = ["Dns:Servers", "Rfc2136:Servers"];
    private static readonly string[] Networks = ["Gateway:TrustedNetworks", "Dashboard:TrustedProxies", "Modules:source.smtp:TrustedNetworks"];
    private static readonly string[] Listeners = ["Gateway:Url", "Dashboard:Url"];
    private static readonly string[] Written = ["Spool:Path", "Caddy:CaddyfilePath", "Modules:hostname.caddy:CaddyfilePath", "Modules:source.imap:StatePath"];

    public static TheoryData<string, string> Addresses =>
    [
        .. Each(Servers, "5353", "127.1", "0x7f.0.0.1", "010.0.0.1", "::1:5353", "2001:db8::1", ",", "192.0.2.1,", "192.0.2.1 192.0.2.2", "192.0.2.1:0", "192.0.2.1:99999", "192.0.2.1:", "[::1", "[192.0.2.1]", "0.0.0.0", "[::]", "224.0.0.1", "255.255.255.255"),
        .. Each(Networks, "nonsense", "5", "127.1", "10/8", "10.0.0.5/8", "10.0.0.1/99", "10.0.0.0/-1", "10.0.0.0/", "2001:db8::1/32", "::ffff:10.0.0.0/104", ",", "10.0.0.0/8,", "10.0.0.0/8;10.1.0.0/16"),
        .. Each(Listeners, "http://224.0.0.1:8470", "http://255.255.255.255:8470", "http://[ff02::1]:8470", "http://[fe80::1]:8470", "http://[::ffff:127.0.0.1]:8470", "http://127.1:8470"),
        .. Each(["Modules:source.smtp:Smtp", "Modules:source.smtp:Lmtp"], "127.1:25", "5:25", "224.0.0.1:25", "127.0.0.1:25,", "[fe80::1]:25", ","),
        .. Each(["Dashboard:Hosts"], "127.1", "5"),
    ];

    [Theory]
    [MemberData(nameof(Addresses))]
    public void Problems_AddressThatCanBeReadInTwoWays_IsRefused(string key, string value) => Refused(key, value);

    public static TheoryData<string, string> Times =>
        [.. Each([.. StrictSections.Keys(HostSettings.Sections).Where(setting => setting.Type == typeof(TimeSpan) && setting.Key.StartsWith("Hosting:", StringComparison.Ordinal)).Select(setting => setting.Key)], "3650.00:00:00")];

    [Theory]
    [MemberData(nameof(Times))]
    [InlineData("Hosting:CheckHosted", "00:00:00.001")]
    [InlineData("Hosting:CheckMonitored", "00:00:00.001")]
    [InlineData("Hosting:CheckWhileWaiting", "00:00:00.001")]
    [InlineData("Hosting:CheckWhileFailing", "00:00:00.001")]
    [InlineData("Hosting:EnsureLive", "00:00:00.001")]
    [InlineData("Hosting:FirstRetry", "00:00:00.0001")]
    [InlineData("Hosting:RecordWriteLimit", "00:00:00.5")]
    [InlineData("Hosting:RecordTtl", "00:00:00.5")]
    [InlineData("Hosting:LongestPolicyRecordTtl", "00:00:01")]
    [InlineData("Hosting:AlertAfterTries", "2147483647")]
    [InlineData("Hosting:StartingMaxAge", "0")]
    [InlineData("Hosting:RetiringMaxAge", "0")]
    [InlineData("Storage:StartTimeout", "3000.00:00:00")]
    public void Problems_OutOfRange_IsRefused(string key, string value) => Refused(key, value);

    [Theory]
    [InlineData("Spool:Sources", "source.htps", "Did you mean source.https?")]
    [InlineData("Spool:Sources", "source.https;source.smtp", "commas")]
    [InlineData("Spool:Sources", ",", "not a report source")]
    [InlineData("Spool:Sources", "Source.Https", "Did you mean source.https?")]
    [InlineData("Spool:Path", "", "is empty")]
    [InlineData("Spool:Path", " ", "is empty")]
    [InlineData("Dashboard:PublicUrl", "https://mta.example.com:0", "not of the form")]
    [InlineData("Bootstrap:Email", "a@b@c", "one e-mail address")]
    [InlineData("Bootstrap:Email", "a b@c.example", "one e-mail address")]
    [InlineData("Bootstrap:Email", "@c.example", "one e-mail address")]
    [InlineData("Bootstrap:ApiToken", "has space in the token value", "a space")]
    [InlineData("Intake:HttpsUrl", "https://x.example/tlsrpt,mailto:x@x.example", "RFC 8460")]
    [InlineData("Intake:HttpsUrl", "https://x.example/a!b", "RFC 8460")]
    [InlineData("Intake:HttpsUrl", "https://x.example:0/", "https://")]
    [InlineData("Cluster:Address", "10.1.2.3", "Cluster:Enabled is not")]
    [InlineData("Cluster:SiloPort", "11111", "Cluster:Enabled is not")]
    [InlineData("Kestrel:Endpoints:X:Url", "http://127.0.0.1:1", "Gateway:Url")]
    [InlineData("Kestrel:Limits:MaxConcurrentConnections", "1", "Dashboard:Url")]
    [InlineData("Orleans:ClusterId", "x", "Cluster")]
    [InlineData("Logging:LogLevl:Default", "Debug", "Logging:LogLevel")]
    [InlineData("Logging:LogLevel:Default", "Loud", "Logging:LogLevel:Default is “Loud”. Write one of Trace, Debug, Information")]
    [InlineData("Logging:Console:LogLevel:Microsoft:Hosting", "warn", "Write one of Trace")]
    [InlineData("Logging:LogLevel", "Debug", "Logging:LogLevel:Default=Debug")]
    [InlineData("AllowedHosts", "x", "Dashboard:Hosts")]
    [InlineData("Gateway:MaxConnectionsPerAddress", "100000", "more than Gateway:MaxConnections")]
    [InlineData("Dashboard:MaxConnectionsPerAddress", "100000", "more than Dashboard:MaxConnections")]
    [InlineData("Modules:source.smtp:MaxConnectionsPerAddress", "100000", "more than Modules:source.smtp:MaxConnections")]
    [InlineData("Retention:Free:RawDays", "3.5", "Write a whole number.")]
    [InlineData("Retention:Free:DecodedDays", "9999999", "DecodedDays must be 36500 or less")]
    [InlineData("Spool:MaxBytes", "1GB", "sizes are in bytes")]
    [InlineData("Dns:Servers", "::1", "needs brackets")]
    [InlineData("Storage:ConnectionString", "Data Source=x.db;Default Timeout=0", "Default Timeout")]
    [InlineData("Storage:ConnectionString", "Data Source=x.db;Default Timeout=-1", "Default Timeout")]
    [InlineData("Modules:source.imap:UserName", "u", "Host is not set")]
    [InlineData("Modules:source.maildir:Poll", "00:00:10", "Path is not set")]
    [InlineData("Modules:notice.mail:From", "a@b.example", "Host is not set")]
    [InlineData("Modules:notice.webhook:Timeout", "00:01:00", "Timeout must be between")]
    [InlineData("Modules:notice.chat:Timeout", "00:00:00.5", "Timeout must be between")]
    [InlineData("Modules:source.smtp:HostName", "mx.example.net", "Neither Smtp nor Lmtp")]
    public void Problems_ValueThatHasNoEffectOrCannotWork_SaysWhatToWrite(string key, string value, string text) =>
        Assert.Contains(Problems((key, value)), problem => problem.Contains(text, StringComparison.Ordinal));

    [Theory]
    [InlineData("a b")]
    [InlineData("imaps://h")]
    [InlineData("h:993")]
    [InlineData("127.1")]
    [InlineData("")]
    public void Problems_ImapHostThatIsNone_IsRefused(string host) => Assert.NotEmpty(Problems(("Modules:source.imap:Host", host), ("Modules:source.imap:UserName", "u"), ("Modules:source.imap:Password", "x")));

    [Fact]
    public void Problems_PasswordFileThatIsEmpty_IsRefused()
    {
        var file = Path.GetTempFileName();
        (string, string)[] settings = [("Modules:source.imap:Host", "imap.example.net"), ("Modules:source.imap:UserName", "u"), ("Modules:source.imap:PasswordFile", file)];
        Assert.Contains(Problems(settings), problem => problem.Contains("PasswordFile", StringComparison.Ordinal));
        File.WriteAllText(file, "secret\n");
        Assert.Empty(Problems(settings));
        File.Delete(file);
    }

    public static TheoryData<string> PemFiles =>
    [
        "Gateway:CertificatePath", "Gateway:ClientCertificateAuthoritiesPath", "Outside:TrustedRootsPath", "Caddy:TrustedRootsPath", "Caddy:AcmeRootPath", "Modules:source.imap:CaPath", "Modules:source.smtp:CertificatePath",
    ];

    [Theory]
    [MemberData(nameof(PemFiles))]
    public void Problems_FileWithoutCertificate_NamesTheSetting(string key)
    {
        var file = Path.GetTempFileName();
        foreach (var content in new[] { "", Garbage, "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n" })
        {
            File.WriteAllText(file, content);
            Named(key, Problems(key.EndsWith(":CertificatePath", StringComparison.Ordinal) ? [(key, file), (key.Replace("CertificatePath", "CertificateKeyPath", StringComparison.Ordinal), file)] : [(key, file)]));
        }
        File.Delete(file);
    }

    [Fact]
    public void Problems_KeyOfAnotherCertificate_NamesBoth()
    {
        var (file, other) = (Path.GetTempFileName(), Path.GetTempFileName());
        Peers.TestCertificate.Now("a.example").Write(file, other);
        Assert.DoesNotContain(Problems(Pair("Gateway")), problem => problem.Contains("private key", StringComparison.Ordinal));
        File.WriteAllText(other, Peers.TestCertificate.Now("b.example").Key);
        foreach (var section in new[] { "Gateway", "Modules:source.smtp" })
            Assert.Contains(Problems(Pair(section)), problem => problem.Contains(section + ":CertificateKeyPath", StringComparison.Ordinal) && problem.Contains("does not belong", StringComparison.Ordinal));
        File.Delete(file);
        File.Delete(other);

        (string, string)[] Pair(string section) => [(section + ":CertificatePath", file), (section + ":CertificateKeyPath", other)];
    }

    public static TheoryData<string, string> PseudoPaths => [.. Each(Written, "/proc/mtasts-test", "/sys/mtasts-test/x", "/dev/mtasts-test")];

    /// <summary>Nothing is opened there: as root the service would change the modes of the machine's devices.</summary>
    [Theory]
    [MemberData(nameof(PseudoPaths))]
    public void Problems_PathOfADeviceOrOfTheKernel_IsRefused(string key, string path) => Refused(key, path);

    [Theory]
    [InlineData("/proc/mtasts-test.db")]
    [InlineData("/dev/mtasts-test.db")]
    [InlineData("/tmp/../dev/mtasts-test.db")]
    [InlineData("file:/sys/mtasts-test.db")]
    public void Problems_StoreOnADevice_IsRefused(string path) => Refused("Storage:ConnectionString", $"Data Source={path}");

    [Fact]
    public void Problems_LinkToADevice_IsRefused()
    {
        var folder = Directory.CreateTempSubdirectory("mtasts-link-").FullName;
        Directory.CreateSymbolicLink(Path.Combine(folder, "data"), "/dev");
        Refused("Storage:ConnectionString", $"Data Source={folder}/data/mtasts-test.db");
        Refused("Spool:Path", $"{folder}/data/mtasts-test");
        Assert.False(PseudoFiles.Holds("/dev/shm/mtasts/mtasts.db"));
        Assert.False(PseudoFiles.Holds("/devices/mtasts.db"));
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public void Problems_FolderThatIsAFile_IsRefused()
    {
        var file = Path.GetTempFileName();
        foreach (var key in Written)
            Refused(key, Path.Combine(file, "below"));
        File.Delete(file);
    }

    [Theory]
    [InlineData("other.example", false)]
    [InlineData("records.example.net.evil.example", false)]
    [InlineData("a.records.example.net", false)]
    [InlineData("xample.net", false)]
    [InlineData("records.example.net", true)]
    [InlineData("Example.NET.", true)]
    public void Problems_ZoneThatDoesNotHoldTheRecords_IsRefused(string zone, bool works)
    {
        var problems = Problems(("Hosting:DnsProvider", "Rfc2136"), ("Hosting:RecordZone", "records.example.net"), ("Rfc2136:Servers", "192.0.2.1"), ("Rfc2136:KeyName", "k"), ("Rfc2136:KeySecret", "c2VjcmV0LXNlY3JldC1zZWNyZXQ="), ("Rfc2136:Zone", zone));
        Assert.Equal(works, problems.Count == 0);
        Assert.All(problems, problem => Assert.Contains("Rfc2136:Zone", problem, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("CaaNames:0", "not a name")]
    [InlineData("AcmeRootPath", "/nowhere/root.pem")]
    [InlineData("CaddyfilePath", "/proc/x")]
    [InlineData("Bind", "127.1")]
    [InlineData("AskUrl", "http://127.1:8462")]
    [InlineData("Address", "127.1:443")]
    [InlineData("AskUrl", "http://127.0.0.1:8461")]
    [InlineData("AskUrl", "http://localhost:8460")]
    public void Problems_CaddyThatCannotWork_NamesTheSetting(string name, string value) =>
        Named("Caddy:" + name.Split(':')[0], Problems(("Hosting:Provider", "Caddy"), ("Caddy:" + name, value)));

    private static IEnumerable<TheoryDataRow<string, string>> Each(IEnumerable<string> keys, params string[] values) => keys.SelectMany(key => values.Select(value => new TheoryDataRow<string, string>(key, value)));

    private static void Refused(string key, string value) => Named(key, Problems(key.StartsWith("Rfc2136", StringComparison.Ordinal)
        ? [("Hosting:DnsProvider", "Rfc2136"), ("Hosting:RecordZone", "records.example.net"), ("Rfc2136:KeyName", "k"), ("Rfc2136:KeySecret", "c2VjcmV0LXNlY3JldC1zZWNyZXQ="), (key, value)]
        : [(key, value)]));
}
