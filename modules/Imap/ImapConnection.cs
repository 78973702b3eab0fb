using MailKit.Net.Imap;
using MailKit.Security;
using MtaSts.Modules.Certificates;

namespace MtaSts.Modules.Imap;

/// <summary>Connects and signs in. The dialogue is never logged, because it contains the password.</summary>
internal static class ImapConnection
{
    /// <summary>For one answer of the server, and one network operation. Bounds: servers and networks that stop answering.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    public static async Task<ImapClient> OpenAsync(ImapOptions options, CancellationToken stop)
    {
        var client = new ImapClient { Timeout = (int)Patience.TotalMilliseconds };
        try
        {
            if (options.CaPath is { } path)
                (client.CheckCertificateRevocation, client.ServerCertificateValidationCallback) = (false, PrivateAuthorities.Validation(path));
            var tls = options.Tls switch { TlsMode.Implicit => SecureSocketOptions.SslOnConnect, TlsMode.StartTls => SecureSocketOptions.StartTls, _ => SecureSocketOptions.None };
            await client.ConnectAsync(options.Host!, options.Port ?? (options.Tls == TlsMode.Implicit ? 993 : 143), tls, stop);
            await client.AuthenticateAsync(options.UserName!, options.Password ?? await PasswordAsync(options.PasswordFile!, stop), stop);
            return client;
        }
        catch (AuthenticationException exception)
        {
            client.Dispose();
            throw new InvalidOperationException($"The server refuses the sign-in of {options.UserName}: {exception.Message} Correct Modules:source.imap:UserName and Password or PasswordFile.", exception);
        }
        catch
        {
            client.Dispose();
            throw;
        }
    }

    private static async Task<string> PasswordAsync(string path, CancellationToken stop)
    {
        try
        {
            return (await File.ReadAllLinesAsync(path, stop)).FirstOrDefault("");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new InvalidOperationException($"The password cannot be read: {exception.Message} Set Modules:source.imap:PasswordFile to a file that this process may read.", exception);
        }
    }
}
