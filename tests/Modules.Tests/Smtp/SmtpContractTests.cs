using System.Net.Sockets;
using MtaSts.Modules.Testing;

namespace MtaSts.Modules.Tests.Smtp;

public sealed class SmtpContractTests : ReportSourceContract, IAsyncDisposable
{
    private const int Connections = 4;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);
    private readonly CancellationTokenSource end = new();
    private readonly List<Task> senders = [];

    public async ValueTask DisposeAsync()
    {
        await end.CancelAsync();
        await Task.WhenAll(senders);
        end.Dispose();
    }

    protected override Task<ReportSourceScene> SetUpAsync()
    {
        var stage = new SmtpStage(options => options.MaxConnections = Connections);
        return Task.FromResult(new ReportSourceScene(stage.Source, stage.Inbox, (token, mail) => Task.FromResult(Send(stage.Port, token, mail)), Connections, () => Task.CompletedTask));
    }

    /// <summary>A sender that tries again when it is put off, as RFC 5321 §4.5.4.1 has it, without its patience.</summary>
    private Func<MailFate> Send(int port, string token, byte[] mail)
    {
        var fate = MailFate.Waiting;
        senders.Add(Task.Run(async () =>
        {
            while (fate == MailFate.Waiting && !end.IsCancellationRequested)
            {
                fate = await TryAsync(port, token, mail);
                await Task.Delay(Pause);
            }
        }));
        return () => fate;
    }

    private static async Task<MailFate> TryAsync(int port, string token, byte[] mail)
    {
        try
        {
            using var client = await WireClient.ConnectAsync(port);
            return (await client.DeliverAsync(token, mail)) switch
            {
                ['2', ..] => MailFate.Acknowledged,
                ['5', ..] => MailFate.PutAside,
                _ => MailFate.Waiting,
            };
        }
        catch (Exception exception) when (exception is IOException or SocketException)
        {
            return MailFate.Waiting;
        }
    }
}
