using Microsoft.Extensions.Configuration;
using MtaSts.Host.Modules;
using MtaSts.Host.Settings;
using MtaSts.Peers;
using Xunit;

namespace MtaSts.Host.Tests.Settings;

/// <summary>Each option with a right and a wrong value, made from the options classes: a new option is tested by being there.</summary>
public sealed class StrictSettingsTests
{
    private static readonly Lazy<string> Pem = new(() =>
    {
        var path = Path.Combine(AppContext.BaseDirectory, "settings.pem");
        var made = TestCertificate.Now("service.example.net");
        File.WriteAllText(path, made.Pem + "\n" + made.Key);
        return path;
    });

    /// <summary>Right values of settings whose type does not tell one that goes with the defaults.</summary>
    private static readonly Dictionary<string, (string, string)[]> Right = new(StringComparer.OrdinalIgnoreCase)
    {
        ["Storage:Provider"] = [("Storage:Provider", "sqlite")],
        ["Storage:ConnectionString"] = [("Storage:ConnectionString", "Data Source=data/other.db")],
        ["Cluster:Enabled"] = [("Cluster:Enabled", "false")],
        ["Cluster:Address"] = [("Cluster:Address", "127.0.0.1"), ForLater],
        ["Cluster:SiloPort"] = [("Cluster:SiloPort", "400"), ForLater],
        ["Cluster:CertificatePath"] = [("Cluster:CertificatePath", AnyFile), ForLater],
        ["Cluster:CertificateKeyPath"] = [("Cluster:CertificateKeyPath", AnyFile), ForLater],
        ["Cluster:AuthorityPath"] = [("Cluster:AuthorityPath", AnyFile), ForLater],
        ["Dashboard:Url"] = [("Dashboard:Url", "http://127.0.0.1:9000")],
        ["Dashboard:Hosts"] = [("Dashboard:Hosts", "mta.lan, 192.168.1.5,[2001:db8::5]")],
        ["Dashboard:PublicUrl"] = [("Dashboard:PublicUrl", "https://mta.example.com")],
        ["Gateway:Url"] = [("Gateway:Url", "http://*:9001")],
        ["Gateway:Lease"] = [("Gateway:Lease", "00:00:20")],
        ["Gateway:Patience"] = [("Gateway:Patience", "00:00:01")],
        ["Gateway:KeepWhenFailing"] = [("Gateway:KeepWhenFailing", "2.00:00:00")],
        ["Gateway:MaxReportMemory"] = [("Gateway:MaxReportMemory", "14680064")],
        ["Gateway:CertificatePath"] = [("Gateway:CertificatePath", AnyFile), ("Gateway:CertificateKeyPath", AnyFile)],
        ["Gateway:CertificateKeyPath"] = [("Gateway:CertificatePath", AnyFile), ("Gateway:CertificateKeyPath", AnyFile)],
        ["Gateway:TrustedNetworks"] = [("Gateway:TrustedNetworks", "10.0.0.0/8,::1")],
        ["Gateway:ClientCertificateAuthoritiesPath"] = [("Gateway:ClientCertificateAuthoritiesPath", AnyFile), ("Gateway:Url", "https://*:9001"), ("Gateway:CertificatePath", AnyFile), ("Gateway:CertificateKeyPath", AnyFile)],
        ["Hosting:Target"] = [("Hosting:Target", "service.example.net.")],
        ["Hosting:OutsideCheck"] = [("Hosting:OutsideCheck", "advised")],
        ["Hosting:Provider"] = [("Hosting:Provider", "caddy")],
        ["Hosting:DnsProvider"] = Zone,
        ["Hosting:RecordZone"] = Zone,
        ["Hosting:LongestPolicyRecordTtl"] = [("Hosting:LongestPolicyRecordTtl", "2.00:00:00")],
        ["Spool:Sources"] = [("Spool:Sources", "source.https, source.smtp")],
        ["Hosting:LongestRetry"] = [("Hosting:LongestRetry", "02:00:00")],
        ["Intake:MailDomain"] = [("Intake:MailDomain", "tlsrpt.example.net")],
        ["Intake:HttpsUrl"] = [("Intake:HttpsUrl", "https://tlsrpt.example.net/tlsrpt")],
        ["Outside:TrustedRootsPath"] = [("Outside:TrustedRootsPath", AnyFile)],
        ["Outside:EhloName"] = [("Outside:EhloName", "probe.example.net")],
        ["Spool:MaxBytes"] = [("Spool:MaxBytes", "1073741824")],
        ["Dns:Servers"] = [("Dns:Servers", "192.0.2.1:5353,[2001:db8::1]:53")],
        ["Bootstrap:Password"] = [("Bootstrap:Password", "long enough")],
        ["Bootstrap:ApiToken"] = [("Bootstrap:ApiToken", "a-token-that-is-long-enough-to-be-one")],
        ["Retention:Free:RawDays"] = [("Retention:Free:RawDays", "40")],
        ["Retention:Free:DecodedDays"] = [("Retention:Free:DecodedDays", "100")],
        ["Retention:Free:AggregateDays"] = [("Retention:Free:AggregateDays", "400")],
        ["Retention:Pro:RawDays"] = [("Retention:Pro:RawDays", "401")],
        ["Retention:Pro:DecodedDays"] = [("Retention:Pro:DecodedDays", "761")],
        ["Retention:Pro:AggregateDays"] = [("Retention:Pro:AggregateDays", "1828")],
    };

    private static (string, string)[] Zone =>
    [
        ("Hosting:DnsProvider", "Rfc2136"), ("Hosting:RecordZone", "records.example.net"), ("Rfc2136:Servers", "192.0.2.1"), ("Rfc2136:KeyName", "key.example.net"), ("Rfc2136:KeySecret", "c2VjcmV0LXNlY3JldC1zZWNyZXQ="),
    ];

    private static (string, string) ForLater => ("Cluster:Enabled", "false");

    /// <summary>A certificate with its key, which is whatever file a setting names.</summary>
    private static string AnyFile => Pem.Value;

    public static TheoryData<string> Options => [.. StrictSections.Keys(HostSettings.Sections).Select(setting => setting.Key)];

    [Theory]
    [MemberData(nameof(Options))]
    public void Problems_RightValue_None(string key)
    {
        var type = StrictSections.Keys(HostSettings.Sections).First(setting => setting.Key == key).Type;
        var settings = Right.GetValueOrDefault(key) ?? (NeedsOthers(key) ? [] : [(key, RightValue(key, Nullable.GetUnderlyingType(type) ?? type))]);
        Assert.Empty(Problems(settings));
    }

    /// <summary>A value of no type, one beneath it, and its name misspelt: each is refused, and the message names it.</summary>
    [Theory]
    [MemberData(nameof(Options))]
    public void Problems_WrongValue_NamesTheSetting(string key)
    {
        var type = StrictSections.Keys(HostSettings.Sections).First(setting => setting.Key == key).Type;
        Named(key, Problems((type.IsAssignableTo(typeof(IReadOnlyList<string>)) ? key + ":x" : key + ":0", "x")));
        if (type.IsAssignableTo(typeof(IReadOnlyList<string>)))
            Named(key, Problems((key, "x")));
        else if (type != typeof(string))
            Named(key, Problems((key, "nonsense 1")));
        else
            Named(key, Problems((key, "two\nlines")));
        var misspelt = key[..^1] + "qz";
        Assert.Contains(Problems((misspelt, "1")), problem => problem.Contains(misspelt, StringComparison.OrdinalIgnoreCase) && problem.Contains("Did you mean", StringComparison.Ordinal));
    }

    public static TheoryData<string, string> Wrong => new()
    {
        { "Gateway:Lease", "15" }, { "Gateway:Lease", "-00:00:15" }, { "Gateway:Lease", "00:11:00" }, { "Gateway:Lease", "00:00:00" }, { "Gateway:Lease", "15s" },
        { "Gateway:KeepWhenFailing", "00:00:01" }, { "Gateway:KeepWhenFailing", "-1.00:00:00" }, { "Gateway:KeepWhenFailing", "4000.00:00:00" }, { "Gateway:ForgetUnasked", "0" },
        { "Gateway:MaxReportMemory", "24 MiB" }, { "Gateway:MaxReportMemory", "-1" }, { "Gateway:MaxReportMemory", "1e9" }, { "Gateway:LaneWidth", "0" }, { "Gateway:LaneQueue", "-1" }, { "Gateway:MaxUnknownHosts", "3000000000" },
        { "Gateway:Patience", "00:00:00.001" }, { "Gateway:Url", "https://127.0.0.1:8461" }, { "Gateway:Url", "8461" }, { "Gateway:Url", "127.0.0.1:8461" }, { "Gateway:Url", "http://127.0.0.1:99999" }, { "Gateway:Url", "ftp://127.0.0.1:8461" },
        { "Gateway:Url", "http://a:1,http://b:2" }, { "Gateway:CertificatePath", "/nowhere/chain.pem" }, { "Gateway:CertificateKeyPath", "/nowhere/key.pem" }, { "Gateway:Url", "http://localhost:8460" },
        { "Gateway:Url", "http://mtasts:8461" }, { "Gateway:Url", "http://127.0.0.1:80;https://127.0.0.1:80" }, { "Gateway:TrustedNetworks", "everybody" }, { "Gateway:MaxConnections", "0" }, { "Dashboard:Url", "https://127.0.0.1:8460" }, { "Dashboard:MaxConnections", "-1" },
        { "Dashboard:Url", "localhost" }, { "Dashboard:Url", "" }, { "Dashboard:PublicUrl", "http://mta.example.com" }, { "Dashboard:PublicUrl", "https://mta.example.com/path" }, { "Dashboard:DemoMode", "yes" },
        { "Storage:Provider", "MySql" }, { "Storage:Provider", "7" }, { "Storage:Provider", "PostgreSql" }, { "Storage:ConnectionString", "nonsense" }, { "Storage:ConnectionString", "Data Source=:memory:" }, { "Storage:StartTimeout", "30" }, { "Storage:StartTimeout", "-00:00:30" },
        { "Cluster:Enabled", "on" }, { "Cluster:Enabled", "true" }, { "Cluster:SiloPort", "port" }, { "Cluster:CertificatePath", "/nowhere/silo.pem" }, { "Cluster:CertificateKeyPath", "/nowhere/silo.key" }, { "Cluster:AuthorityPath", "/nowhere/silos.pem" },
        { "Dashboard:Hosts", "https://mta.lan" }, { "Dashboard:Hosts", "mta.lan:8460" }, { "Dashboard:Hosts", "*" }, { "Dashboard:Hosts", "*.mta.lan" }, { "Dashboard:Hosts", "mta.lan;mta.example" }, { "Dashboard:Hosts", "mta.lan/dashboard" },
        { "Storage:OwnerTimeout", "5" }, { "Storage:OwnerTimeout", "-00:00:05" }, { "Storage:OwnerTimeout", "00:10:01" }, { "Storage:AllowNew", "yes" }, { "Bootstrap:Again", "1" }, { "Gateway:HostedLaneWidth", "0" }, { "Gateway:HostedLaneWidth", "-1" },
        { "Hosting:Target", "my target" }, { "Hosting:Target", "" }, { "Hosting:Target", "münchen.example" }, { "Hosting:Target", "192.0.2.1" }, { "Hosting:Provider", "Cloudfare" }, { "Hosting:Provider", "" }, { "Hosting:DnsProvider", "Rfc2136" }, { "Hosting:RecordZone", "records.example.net" },
        { "Hosting:RecordZone", "-a.example" }, { "Hosting:OutsideCheck", "Maybe" }, { "Hosting:RecordTtl", "300" }, { "Hosting:RecordTtl", "-00:05:00" }, { "Hosting:RecordTtl", "30.00:00:00" }, { "Hosting:RecordWriteLimit", "00:00:00" }, { "Hosting:FirstRetry", "03:00:00" }, { "Hosting:AlertAfterTries", "-3" },
        { "Hosting:CheckHosted", "-01:00:00" }, { "Hosting:StartingMaxAge", "99999999" }, { "Hosting:ServedUnseen", "00:00:01" }, { "Hosting:Lease", "00:00:01" },
        { "Intake:MailDomain", "reports@example.net" }, { "Intake:MailDomain", "" }, { "Intake:HttpsUrl", "http://tlsrpt.example.net" }, { "Intake:HttpsUrl", "tlsrpt.example.net" }, { "Intake:HttpsUrl", "https://a.example/?x=1" },
        { "Outside:AllowPrivateAddresses", "1" }, { "Outside:TrustedRootsPath", "/nowhere/roots.pem" }, { "Outside:EhloName", "probe" }, { "Outside:EhloName", "192.0.2.1" }, { "Outside:EhloName", "[192.0.2.1]" }, { "Outside:EhloName", "münchen.example" }, { "Outside:EhloName", "a b.example" }, { "Outside:EhloName", "probe.example.net." },
        { "Spool:MaxBytes", "1" }, { "Spool:MaxBytes", "1GiB" }, { "Spool:MaxRecords", "0" }, { "Spool:MinFreeBytes", "-1" }, { "Spool:Patience", "5" }, { "Spool:Patience", "00:01:00" }, { "Spool:Sources", "source.upload" },
        { "Retention:Free:RawDays", "0" }, { "Retention:Free:RawDays", "91" }, { "Retention:Pro:AggregateDays", "99999999" }, { "Retention:Pro:DecodedDays", "many" },
        { "Dns:Servers", "dns.example.net" }, { "Dns:Servers", "192.0.2.1;192.0.2.2" }, { "Dns:Servers:0", "192.0.2.1" }, { "Dns:TrustAuthenticatedData", "yes" }, { "Dns:TrustAuthenticatedData", "1" }, { "Bootstrap:Email", "admin" }, { "Bootstrap:Password", "short" }, { "Bootstrap:ApiToken", "short" },
        { "Demo:DelayFactor", "-1" }, { "Demo:DelayFactor", "1000" }, { "Demo:DelayFactor", "NaN" }, { "Modules:Path", "/nowhere/plugins" }, { "Modules:source.smpt:Smtp", "*:25" }, { "Modules:source_imp:Host", "x" },
        { "Modules:source.smtp:Smtp", "25" }, { "Modules:source.smtp:MaxConnections", "-1" }, { "Modules:source.smtp:Idle", "300" }, { "Modules:source.imap:Port", "imaps" }, { "Modules:source.imap:Tls", "yes" }, { "Modules:source.imap:PasswordFile", "/nowhere/password" },
        { "Modules:source.maildir:Path", "Maildir" }, { "Modules:source.maildir:Poll", "5" }, { "Modules:hostname.caddy:Adress", "x" }, { "Caddy:Addres", "127.0.0.1:443" }, { "Cloudflare:Token", "x" }, { "Cloudflare:RequestsPerFiveMinutes", "-4" }, { "Cloudflare:ApiUrl", "api" },
        { "Rfc2136:Timeout", "5" }, { "Rfc2136:KeySecretFile", "/nowhere/key" }, { "CloudflareDns:ZoneID2", "x" }, { "Gatway:Url", "http://*:80" }, { "Storge:Provider", "Sqlite" }, { "Hostng:Target", "a.example" },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void Problems_WrongSetting_IsToldInOneLineThatNamesIt(string key, string value)
    {
        var problems = Problems((key, value));
        Assert.All(problems, problem => Assert.DoesNotContain('\n', problem));
        Named(key.Split(':') is [var section, ..] && !HostSettings.Sections.Any(known => known.Path.StartsWith(section, StringComparison.Ordinal)) && section != "Modules" ? section : key.Replace(":0", "", StringComparison.Ordinal), problems);
    }

    [Fact]
    public void Problems_ChosenModuleLacksItsSettings_AreToldBeforeAnythingStarts()
    {
        var problems = Problems(("Hosting:Provider", "Cloudflare"), ("Gateway:Lease", "x"));
        Assert.Equal(["Gateway:Lease", "Cloudflare:ApiToken", "Cloudflare:ZoneId"], problems.Select(problem => problem.Split(' ')[0]));
    }

    /// <summary>A cluster that is turned on: its settings are checked together.</summary>
    [Theory]
    [InlineData("Cluster:Address", "10.1.2.3")]
    [InlineData("Cluster:Address", "fd00::1")]
    [InlineData("Cluster:Address", "0.0.0.0")]
    [InlineData("Cluster:Address", "silo.example.net")]
    [InlineData("Cluster:Address", "")]
    [InlineData("Cluster:SiloPort", "70000")]
    [InlineData("Cluster:CertificatePath", "any")]
    [InlineData("Cluster:AuthorityPath", "any")]
    public void Problems_ClusterThatCannotWorkOrThatStrangersCouldJoin_NamesTheSetting(string key, string value)
    {
        (string, string)[] enabled = [("Cluster:Enabled", "true"), ("Storage:Provider", "PostgreSql"), ("Storage:ConnectionString", "Host=127.0.0.1;Database=mtasts;Username=mtasts")];
        Assert.Empty(Problems(enabled));
        Named(key, Problems([.. enabled, (key, value == "any" ? AnyFile : value)]));
    }

    [Fact]
    public void Problems_SeveralWrong_AllAtOnceAndOnce()
    {
        var problems = Problems(("Gateway:Leese", "1"), ("Gateway:Patience", "soon"), ("Retention:Free:RawDays", "1"), ("Hosting:Target", "a b"), ("Storage:Provider", "Oracle"));
        Assert.Equal(5, problems.Count);
        Assert.Contains("Gateway:Leese is not a setting. Did you mean Gateway:Lease?", problems);
    }

    [Fact]
    public void Problems_SecretThatIsWrong_IsNotRepeated() => Assert.DoesNotContain(Problems(("Bootstrap:Password", "two\nlines")), problem => problem.Contains("lines", StringComparison.Ordinal) && problem.Contains("two", StringComparison.Ordinal));

    [Theory]
    [InlineData("Logging:LogLevel:Default", "Debug")]
    [InlineData("SOME_TOOL:HOME", "/opt")]
    public void Problems_OthersSettings_None(string key, string value) => Assert.Empty(Problems((key, value)));

    /// <summary>An options class that is in no section would have its settings refused as unknown.</summary>
    [Fact]
    public void Sections_OptionsClassesOfTheHost_AreAllThere()
    {
        var known = HostSettings.Sections.Select(section => section.Type).ToHashSet();
        Type[] missing = [.. typeof(HostSettings).Assembly.GetTypes().Where(type => type is { IsClass: true, IsAbstract: false } && type.GetField("Section") is { IsLiteral: true } && !known.Contains(type))];
        Assert.Empty(missing);
    }

    internal static IReadOnlyList<string> Problems(params (string Key, string Value)[] settings)
    {
        var configuration = new ConfigurationManager();
        configuration.AddInMemoryCollection(new Dictionary<string, string?> { ["Dashboard:Url"] = "http://localhost:8460", ["Gateway:Url"] = "http://localhost:8461" });
        configuration.AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Key, (string?)setting.Value)));
        return SettingsCheck.Problems(configuration, ModuleCatalog.Load(configuration, TimeProvider.System));
    }

    internal static void Named(string key, IReadOnlyList<string> problems) => Assert.Contains(problems, problem =>
        problem.Contains(key, StringComparison.OrdinalIgnoreCase) || (key.StartsWith("Modules:", StringComparison.Ordinal) && problem.Contains(key[..key.LastIndexOf(':')], StringComparison.OrdinalIgnoreCase)));

    /// <summary>Refused without the setting that enables their module.</summary>
    private static bool NeedsOthers(string key) => key.StartsWith("Modules:source.", StringComparison.Ordinal) || key.StartsWith("Modules:notice.mail:", StringComparison.Ordinal);

    private static string RightValue(string key, Type type) => type switch
    {
        _ when HostSettings.Files.Contains(key) => AnyFile,
        { IsEnum: true } => Enum.GetNames(type)[^1],
        _ when type == typeof(bool) => "false",
        _ when type == typeof(TimeSpan) => "00:00:10",
        _ when type == typeof(int) || type == typeof(long) => "400",
        _ when type == typeof(double) => "0.5",
        _ when type == typeof(Uri) => "https://api.example/",
        _ when type == typeof(char) => "-",
        _ when key.EndsWith("Email", StringComparison.Ordinal) => "a@b.example",
        _ when key.EndsWith("TrustedProxies", StringComparison.Ordinal) => "10.0.0.0/8",
        _ when type == typeof(string) => "value",
        _ => "",
    };
}
