using System.Net;
using Microsoft.Extensions.Configuration;
using MtaSts.Modules.Listening;

namespace MtaSts.Modules.Imap;

/// <summary>Reads and validates the settings.</summary>
internal static class ImapSettings
{
    private const string Off = "Host is not set, so the source is off and its other settings have no effect. Set Host, or remove them.";

    /// <summary>Throws, with every problem in its message, when they are invalid. An unknown setting is a problem.</summary>
    public static ImapOptions Read(IConfigurationSection section)
    {
        var options = new ImapOptions();
        section.Bind(options, binder => binder.ErrorOnUnknownConfiguration = true);
        string[] problems = [.. Problems(options), .. options.Host is null && section.GetChildren().Any(setting => setting.Key != nameof(ImapOptions.StatePath) && !string.IsNullOrEmpty(setting.Value)) ? new[] { Off } : []];
        return problems.Length == 0 ? options : throw new FormatException(string.Join(' ', problems));
    }

    private static IEnumerable<string> Problems(ImapOptions options)
    {
        if (options.Host is null)
            yield break;
        if (!IsHost(options.Host))
            yield return $"Host is “{options.Host}”. Write the server's name or address alone, such as imap.example.net; Port and Tls are settings of their own.";
        if (string.IsNullOrEmpty(options.UserName))
            yield return "Set UserName to the account.";
        if ((options.Password is null) == (options.PasswordFile is null))
            yield return "Set either Password or PasswordFile.";
        if (options.Password is "" || (options.PasswordFile is { } file && File.Exists(file) && IsEmpty(file)))
            yield return options.Password is "" ? "Password is empty." : $"PasswordFile is “{options.PasswordFile}”, whose first line is empty. Write the password there.";
        if (options.Port is < 1 or > 65_535)
            yield return "Port must be between 1 and 65535.";
        if (options.Tls == TlsMode.None && !IsLoopback(options.Host))
            yield return $"Tls may be None on loopback only, not for {options.Host}: the password would be sent in the clear. Use Implicit or StartTls.";
        if (new[] { options.Folder, options.MoveTo, options.Unclaimed }.Any(string.IsNullOrWhiteSpace) || new[] { options.Folder, options.MoveTo, options.Unclaimed }.Distinct(StringComparer.OrdinalIgnoreCase).Count() < 3)
            yield return "Folder, MoveTo and Unclaimed must be three different folders.";
        if (options.Poll < TimeSpan.FromSeconds(1) || options.Poll > TimeSpan.FromDays(1))
            yield return "Poll must be between 1 second and 1 day.";
    }

    private static bool IsHost(string host) => Uri.CheckHostName(host) switch
    {
        UriHostNameType.Dns => true,
        UriHostNameType.IPv4 or UriHostNameType.IPv6 => StrictAddress.Parse(host) is not null,
        _ => false,
    };

    /// <summary>Whether the first line of the file is empty. False when the file cannot be read: the source reads it again at each sign-in and reports the error there.</summary>
    private static bool IsEmpty(string file)
    {
        try
        {
            using var reader = new StreamReader(file);
            return string.IsNullOrEmpty(reader.ReadLine());
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static bool IsLoopback(string host) => host.Equals("localhost", StringComparison.OrdinalIgnoreCase) || (IPAddress.TryParse(host, out var address) && IPAddress.IsLoopback(address));
}
