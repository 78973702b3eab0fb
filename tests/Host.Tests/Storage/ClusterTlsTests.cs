using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using MtaSts.Host.Clustering;
using MtaSts.Peers;
using MtaSts.Storage;
using Orleans.Configuration;
using Xunit;

namespace MtaSts.Host.Tests.Storage;

/// <summary>The port between silos: with certificates nobody else gets in, without them it says what that means.</summary>
public sealed class ClusterTlsTests : IDisposable
{
    private const string ServerUse = "1.3.6.1.5.5.7.3.1";
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    private readonly TempFolder folder = new();
    private readonly TestAuthority authority = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        authority.Dispose();
        folder.Dispose();
    }

    [Fact]
    public async Task Start_OfTwoSilosWithCertificates_IsOneClusterThatStrangersCannotEnter()
    {
        await using var store = await TempStore.PostgresAsync();
        using var one = StoreHost.Silo(store, Settings("one", authority.IssueSilo("silo-one")));
        using var two = StoreHost.Silo(store, Settings("two", authority.IssueSilo("silo-two")));
        await one.StartAsync(Stop);
        await two.StartAsync(Stop);
        await Poll.Until(() => Task.FromResult(Active(one) == 2 && Active(two) == 2), Limit, "both silos see each other");
        // A call that crosses the connection: each silo is asked by the other.
        var management = one.Services.GetRequiredService<IGrainFactory>().GetGrain<IManagementGrain>(0);
        var answers = await management.GetRuntimeStatistics([.. (await management.GetHosts(onlyActive: true)).Keys]);
        Assert.Equal(2, answers.Length);

        var port = one.Services.GetRequiredService<IOptions<EndpointOptions>>().Value.SiloPort;
        using var foreign = new TestAuthority();
        Assert.True(await IsLetInAsync(port, authority.IssueSilo("another")));
        Assert.False(await IsLetInAsync(port, null));
        Assert.False(await IsLetInAsync(port, foreign.IssueSilo("silo-one")));
        Assert.False(await IsLetInAsync(port, authority.Issue("mta-sts.example.com"))); // A server's, no silo's.
        Assert.False(await IsLetInAsync(port, authority.Issue([ServerUse, "1.3.6.1.5.5.7.3.2"], TimeSpan.FromMinutes(-1), "old")));
        Assert.False(await IsLetInInClearAsync(port));

        await two.StopAsync(Stop);
        await one.StopAsync(Stop);
    }

    [Fact]
    public void Own_AfterTheFilesChange_IsTheNewOneAndBrokenOnesChangeNothing()
    {
        var settings = Options.Create(Bound(Settings("one", authority.IssueSilo("first"))));
        using var certificate = new ClusterCertificate(settings, Microsoft.Extensions.Logging.Abstractions.NullLogger<ClusterCertificate>.Instance);
        Assert.Equal("CN=first", certificate.Own.Subject);
        var (pem, key) = authority.IssueSilo("second");
        Write("one.pem", pem, 1);
        Assert.Equal("CN=first", certificate.Own.Subject); // Without its key.
        Write("one.key", key, 2);
        Assert.Equal("CN=second", certificate.Own.Subject);
        Write("one.pem", "no certificate", 3);
        Assert.Equal("CN=second", certificate.Own.Subject);
    }

    [Theory]
    [InlineData("Cluster:CertificatePath", null, "or none")]
    [InlineData("Cluster:CertificateKeyPath", "", "or none")]
    [InlineData("Cluster:AuthorityPath", null, "or none")]
    [InlineData("Cluster:CertificatePath", "missing.pem", "must name PEM files")]
    [InlineData("Cluster:CertificateKeyPath", "other.key", "must name PEM files")]
    [InlineData("Cluster:AuthorityPath", "foreign.pem", "Cluster:CertificatePath")]
    [InlineData("Cluster:AuthorityPath", "empty.pem", "contains no certificate")]
    public void Validate_OfCertificatesThatCannotWork_SaysWhatIsWrong(string key, string? value, string problem)
    {
        using var foreign = new TestAuthority();
        Write("foreign.pem", foreign.RootPem, 0);
        Write("empty.pem", "", 0);
        Write("other.key", authority.IssueSilo("other").Key, 0);
        var settings = Settings("one", authority.IssueSilo("silo-one"), ("Cluster:Address", "10.1.2.3"));
        Assert.True(Validate(settings).Succeeded);

        var result = Validate([.. settings.Where(setting => setting.Key != key), (key, value is { Length: > 0 } ? folder[value] : value ?? "")]);

        Assert.Contains(problem, result.FailureMessage, StringComparison.Ordinal);
    }

    private static ValidateOptionsResult Validate((string, string)[] settings) =>
        new ClusterSettingsValidator(Options.Create(new StorageOptions { Provider = StorageProvider.PostgreSql })).Validate(null, Bound(settings));

    private static ClusterSettings Bound((string Key, string Value)[] settings)
    {
        var values = settings.ToDictionary(setting => setting.Key["Cluster:".Length..], setting => setting.Value);
        return new ClusterSettings
        {
            Enabled = true,
            Address = values["Address"],
            CertificatePath = values["CertificatePath"],
            CertificateKeyPath = values["CertificateKeyPath"],
            AuthorityPath = values["AuthorityPath"],
        };
    }

    private (string Key, string Value)[] Settings(string name, (string Certificate, string Key) issued, params (string Key, string Value)[] more)
    {
        Write(name + ".pem", issued.Certificate, 0);
        Write(name + ".key", issued.Key, 0);
        Write("authority.pem", authority.RootPem, 0);
        (string Key, string Value)[] settings =
        [
            ("Cluster:Enabled", "true"), ("Cluster:SiloPort", "0"), ("Cluster:Address", "127.0.0.1"),
            ("Cluster:CertificatePath", folder[name + ".pem"]), ("Cluster:CertificateKeyPath", folder[name + ".key"]), ("Cluster:AuthorityPath", folder["authority.pem"]),
        ];
        return [.. settings.Where(setting => more.All(one => one.Key != setting.Key)), .. more];
    }

    private void Write(string name, string text, int minutes)
    {
        File.WriteAllText(folder[name], text);
        File.SetLastWriteTimeUtc(folder[name], new DateTime(2026, 1, 1, 0, minutes, 0, DateTimeKind.Utc));
    }

    private static int Active(IHost host) => host.Services.GetRequiredService<IClusterMembershipService>().CurrentSnapshot.Members.Values.Count(member => member.Status == SiloStatus.Active);

    /// <summary>Whether the silo speaks to who shows this certificate: it sends its greeting, or ends the connection.</summary>
    private static async Task<bool> IsLetInAsync(int port, (string Certificate, string Key)? issued)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, port, Stop);
#pragma warning disable CA5359 // A stranger does not care who the silo is; the test asks whether the silo cares who the stranger is.
        await using var tls = new SslStream(client.GetStream(), false, (_, _, _, _) => true);
#pragma warning restore CA5359
        using var pem = issued is { } files ? X509Certificate2.CreateFromPem(files.Certificate, files.Key) : null;
        using var own = pem is null ? null : X509CertificateLoader.LoadPkcs12(pem.Export(X509ContentType.Pkcs12), null);
        try
        {
            await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = "silo", ClientCertificates = own is null ? null : [own] }, Stop);
            return await ReadsAsync(tls);
        }
        catch (Exception exception) when (exception is IOException or System.Security.Authentication.AuthenticationException)
        {
            return false;
        }
    }

    private static async Task<bool> IsLetInInClearAsync(int port)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, port, Stop);
        await client.GetStream().WriteAsync(new byte[64], Stop); // No handshake.
        try
        {
            return await ReadsAsync(client.GetStream());
        }
        catch (IOException)
        {
            return false;
        }
    }

    private static async Task<bool> ReadsAsync(Stream stream)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        limit.CancelAfter(Limit);
        // A TLS alert in the clear is no greeting.
        var buffer = new byte[1];
        return await stream.ReadAsync(buffer, limit.Token) > 0 && (stream is SslStream || buffer[0] != 21);
    }
}
