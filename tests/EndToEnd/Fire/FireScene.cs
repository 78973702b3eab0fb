using System.Globalization;
using MtaSts.Peers;

namespace MtaSts.EndToEnd.Fire;

/// <summary>The built host with every way in: gateway, API, SMTP, LMTP, a Maildir, and Dovecot's IMAP.</summary>
internal sealed class FireScene : IAsyncDisposable
{
    public const string Account = "reports";
    private const int StartAttempts = 20;
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    /// <summary>Said once for each report that was not taken, by whatever it came.</summary>
    private const string NotStored = "Report not stored";

    /// <summary>Said each time an envelope that was taken is put off.</summary>
    private const string NotCounted = " not counted; it is retried";

    private readonly TempFolder folder = new();
    private HostProcess? host;
    private ApiClient? api;

    private FireScene(DovecotServer dovecot) => Dovecot = dovecot;

    public DovecotServer Dovecot { get; }

    public HostProcess Host => host!;

    public ApiClient Api => api!;

    public int Smtp { get; } = FreePort.Next();

    public int Lmtp { get; } = FreePort.Next();

    public string Maildir => folder["Maildir"];

    /// <summary>The report address of each domain.</summary>
    public Dictionary<string, string> Addresses { get; } = [];

    /// <summary>Deaths of the process.</summary>
    public int Kills { get; private set; }

    /// <summary>Why starts failed: each is tried again, as a service manager does it.</summary>
    public List<string> FailedStarts { get; } = [];

    /// <summary>How often storage failed somebody who wanted to store a report, and an envelope that was to be counted.</summary>
    public (int NotStored, int NotCounted) Failures { get; private set; }

    /// <summary>What became of the envelopes, when everything had settled: those that were counted, and those that brought nothing new.</summary>
    public (int Counted, int Duplicates) Envelopes { get; private set; }

    public static async Task<FireScene> StartAsync(params (string, string)[] storage)
    {
        var scene = new FireScene(await DovecotServer.StartAsync());
        try
        {
            foreach (var part in new[] { "new", "cur", "tmp" })
                Directory.CreateDirectory(Path.Combine(scene.Maildir, part));
            scene.host = await HostProcess.StartAsync(ApiClient.Settings(
            [
                ("Modules:source_smtp:Smtp", $"127.0.0.1:{scene.Smtp}"), ("Modules:source_smtp:Lmtp", $"127.0.0.1:{scene.Lmtp}"),
                ("Modules:source_maildir:Path", scene.Maildir), ("Modules:source_maildir:Poll", "00:00:01"),
                ("Modules:source_imap:Host", "127.0.0.1"), ("Modules:source_imap:Port", scene.Dovecot.Port.ToString(CultureInfo.InvariantCulture)), ("Modules:source_imap:Tls", "None"),
                ("Modules:source_imap:UserName", Account), ("Modules:source_imap:Password", DovecotServer.Password),
                ("Spool:MinFreeBytes", "0"), ("Spool:Patience", "00:00:01"), ("Dns:Servers", "127.0.0.1:9"),
                .. storage,
            ]));
            scene.api = new ApiClient(scene.host);
            foreach (var domain in FireReports.Domains)
                scene.Addresses[domain] = (string)(await scene.Api.PostAsync("domains", new { name = domain }))["reportAddress"]!;
            return scene;
        }
        catch
        {
            await scene.DisposeAsync();
            throw;
        }
    }

    /// <summary>kill -9, and a new process in its place, which storage may fail too.</summary>
    public async Task KillAsync()
    {
        Count();
        Kills++;
        await Host.KillAsync();
        await StartAgainAsync();
    }

    /// <summary>An orderly end and a new process.</summary>
    public async Task RestartAsync()
    {
        Count();
        await Host.StopAsync();
        await StartAgainAsync();
    }

    /// <summary>Waits until all that was taken in is through: nothing on the disk, no envelope that is stored and not counted.</summary>
    public async Task SettleAsync(IFireStore store, TimeSpan limit)
    {
        await Poll.Until(IsReadyAsync, limit, "nothing waits on the disk");
        await Poll.Until(async () => await EnvelopesAsync(store, "stored") == 0, limit, "every envelope is counted");
        Envelopes = (await EnvelopesAsync(store, "counted"), await EnvelopesAsync(store, "duplicate"));
    }

    public async ValueTask DisposeAsync()
    {
        if (host is not null)
            await host.DisposeAsync();
        await Dovecot.DisposeAsync();
        folder.Dispose();
    }

    private static async Task<int> EnvelopesAsync(IFireStore store, string state)
    {
        await using var connection = store.Open();
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = $"SELECT count(*) FROM Envelope WHERE {store.Text("Facts")} LIKE '%\"state\":\"{state}\"%'";
        return Convert.ToInt32(await command.ExecuteScalarAsync(), CultureInfo.InvariantCulture);
    }

    private async Task<bool> IsReadyAsync()
    {
        using var response = await Host.Client.GetAsync(new Uri(Host.GatewayUrl, "/readyz"));
        return response.IsSuccessStatusCode && !(await response.Content.ReadAsStringAsync()).Contains(" on this machine's disk since ", StringComparison.Ordinal);
    }

    private async Task StartAgainAsync()
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await Host.StartAgainAsync().WaitAsync(2 * Limit);
                return;
            }
            catch (InvalidOperationException exception) when (attempt < StartAttempts)
            {
                FailedStarts.Add(exception.Message);
                await Host.KillAsync();
            }
        }
    }

    private void Count()
    {
        var lines = Host.Output.Split('\n');
        Failures = (Failures.NotStored + lines.Count(line => line.Contains(NotStored, StringComparison.Ordinal)), Failures.NotCounted + lines.Count(line => line.Contains(NotCounted, StringComparison.Ordinal)));
    }
}
