using System.Diagnostics;

namespace MtaSts.Peers;

/// <summary>Programs that send mail: swaks, and Python's smtplib.</summary>
public static class MailSender
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    /// <summary>A server on a busy machine may not greet at once: the script then reconnects. Every file over one connection; each refused one is
    /// printed with its name and the answer.</summary>
    private const string Python = """
        import smtplib, sys
        kind, port, recipient, files = sys.argv[1], int(sys.argv[2]), sys.argv[3], sys.argv[4:]
        def connect(tries):
            try:
                return (smtplib.LMTP if kind == 'LMTP' else smtplib.SMTP)('127.0.0.1', port, timeout=30)
            except (smtplib.SMTPServerDisconnected, OSError):
                if tries == 1:
                    raise
                return connect(tries - 1)
        with connect(3) as client:
            client.timeout = 60
            client.sock.settimeout(60)
            client.ehlo_or_helo_if_needed()
            for file in files:
                with open(file, 'rb') as mail:
                    refused = client.sendmail('reports@sender.example', [recipient], mail.read(), mail_options=['BODY=8BITMIME'])
                    if refused:
                        raise SystemExit(f'{file}: {refused}')
        """;

    /// <summary>Runs swaks with these arguments; returns its exit code and output.</summary>
    public static Task<(int Code, string Output)> SwaksAsync(params string[] arguments) => RunAsync(Peer.RequireProgram("swaks", "swaks"), arguments);

    /// <summary>Sends the files by smtplib, one after the other over one connection, to one recipient. Fails the test when one is refused.</summary>
    public static async Task SmtplibAsync(bool lmtp, int port, string recipient, IEnumerable<string> files)
    {
        var (code, output) = await RunAsync(Peer.RequireProgram("python3", "python3"), ["-c", Python, lmtp ? "LMTP" : "SMTP", $"{port}", recipient, .. files]);
        Xunit.Assert.True(code == 0, output);
    }

    private static async Task<(int, string)> RunAsync(string program, string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true })!;
        process.StandardInput.Close();
        var error = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync().WaitAsync(Limit);
        await process.WaitForExitAsync().WaitAsync(Limit);
        return (process.ExitCode, output + await error);
    }
}
