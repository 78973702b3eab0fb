using System.Net;
using Microsoft.Extensions.Configuration;
using MtaSts.Modules.Listening;
using MtaSts.Modules.Notices;

namespace MtaSts.Modules.Mail;

/// <summary>Reads and validates the settings.</summary>
internal static class MailSettings
{
    private const string Off = "Host is not set, so no notices are sent by mail and the other settings have no effect. Set Host, or remove the other settings.";
    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan Longest = INotifier.MaxTimeout;

    /// <summary>Reads the settings. Throws when one is invalid or unknown.</summary>
    public static MailOptions Read(IConfigurationSection section)
    {
        var options = new MailOptions();
        section.Bind(options, binder => binder.ErrorOnUnknownConfiguration = true);
        string[] problems = options.Host is not null ? [.. Problems(options)] : section.GetChildren().Any(setting => !string.IsNullOrEmpty(setting.Value)) ? [Off] : [];
        return problems.Length == 0 ? options : throw new FormatException(string.Join(' ', problems));
    }

    private static IEnumerable<string> Problems(MailOptions options)
    {
        if (!IsHost(options.Host!))
            yield return $"Host is “{options.Host}”. Write only the server's name or address, such as smtp.example.net; use the settings Port and Tls for the rest.";
        if (options.Port is < 1 or > 65_535)
            yield return "Port must be between 1 and 65535.";
        if (options.From is null)
            yield return "Set From to the sender's address, such as alerts@example.net.";
        else if (MailAddress.ReadSender(options.From) is null)
            yield return $"From is “{options.From}”. Write one address such as alerts@example.net or MTA-STS alerts <alerts@example.net>.";
        if (options.UserName is null && (options.Password is not null || options.PasswordFile is not null))
            yield return "Set UserName to the account, or remove Password and PasswordFile.";
        else if (options.UserName is not null && (options.Password is null) == (options.PasswordFile is null))
            yield return "Set either Password or PasswordFile for UserName.";
        if (options.UserName is "" || options.Password is "")
            yield return "UserName or Password is empty. Enter a value, or remove the setting.";
        if (options.Tls == MailTls.None && !IsLoopback(options.Host!))
            yield return $"Tls is None, which is allowed on loopback only, but Host is {options.Host}: mails and the password would be sent unencrypted. Use Implicit or StartTls.";
        if (options.Timeout < Shortest || options.Timeout > Longest)
            yield return $"Timeout must be between {Shortest.TotalSeconds:0} and {Longest.TotalSeconds:0} seconds ({Shortest:c} … {Longest:c}).";
    }

    private static bool IsHost(string host) => Uri.CheckHostName(host) switch
    {
        UriHostNameType.Dns => true,
        UriHostNameType.IPv4 or UriHostNameType.IPv6 => StrictAddress.Parse(host) is not null,
        _ => false,
    };

    private static bool IsLoopback(string host) => host.Equals("localhost", StringComparison.OrdinalIgnoreCase) || (IPAddress.TryParse(host, out var address) && IPAddress.IsLoopback(address));
}
