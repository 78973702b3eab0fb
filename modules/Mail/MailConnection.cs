using System.Text;
using MailKit.Net.Smtp;
using MailKit.Security;
using MtaSts.Modules.Certificates;

namespace MtaSts.Modules.Mail;

/// <summary>Connects to the mail server and authenticates. The dialogue is never logged, because it contains the password.</summary>
internal static class MailConnection
{
    /// <summary>Connects and authenticates. Returns why a file of the operator cannot be used; null on success.</summary>
    /// <param name="client">The connection.</param>
    /// <param name="options">The operator's settings.</param>
    /// <param name="secrets">Receives the password, also as it is encoded for AUTH PLAIN and LOGIN: no reply of the server that contains them may be quoted.</param>
    /// <param name="stop">Ends the call.</param>
    public static async Task<string?> OpenAsync(SmtpClient client, MailOptions options, List<string> secrets, CancellationToken stop)
    {
        string? password;
        try
        {
            if (options.CaPath is { } path)
                (client.CheckCertificateRevocation, client.ServerCertificateValidationCallback) = (false, PrivateAuthorities.Validation(path));
            password = options.PasswordFile is { } file ? (await File.ReadAllLinesAsync(file, stop)).FirstOrDefault("") : options.Password;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or System.Security.Cryptography.CryptographicException)
        {
            return "The file of CaPath or PasswordFile cannot be read. The operator must correct the setting in Modules:notice.mail, or the file.";
        }
        if (options.UserName is { } account)
            secrets.AddRange([password!, Base64(password!), Base64($"\0{account}\0{password}")]);
        var (tls, port) = options.Tls switch
        {
            MailTls.Implicit => (SecureSocketOptions.SslOnConnect, 465),
            MailTls.StartTls => (SecureSocketOptions.StartTls, 587),
            _ => (SecureSocketOptions.None, 25),
        };
        client.Timeout = (int)options.Timeout.TotalMilliseconds;
        await client.ConnectAsync(options.Host!, options.Port ?? port, tls, stop);
        if (options.UserName is { } user)
            await client.AuthenticateAsync(user, password!, stop);
        return null;
    }

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));
}
