using System.Net;
using Microsoft.Extensions.Configuration;

namespace MtaSts.Modules.Imap;

/// <summary>Reads the settings and says what is wrong with them.</summary>
internal static class ImapSettings
{
    /// <summary>Throws, with every problem in its message, when they cannot work. A setting that does not exist is one.</summary>
    public static ImapOptions Read(IConfigurationSection section)
    {
        var options = new ImapOptions();
        section.Bind(options, binder => binder.ErrorOnUnknownConfiguration = true);
        string[] problems = [.. Problems(options)];
        return problems.Length == 0 ? options : throw new FormatException(string.Join(' ', problems));
    }

    private static IEnumerable<string> Problems(ImapOptions options)
    {
        if (options.Host is null)
            yield break;
        if (string.IsNullOrEmpty(options.UserName))
            yield return "Set UserName to the account.";
        if ((options.Password is null) == (options.PasswordFile is null))
            yield return "Set either Password or PasswordFile.";
        if (options.Port is < 1 or > 65_535)
            yield return "Port must be between 1 and 65535.";
        if (options.Tls == TlsMode.None && !IsLoopback(options.Host))
            yield return $"Tls may be None on loopback only, not for {options.Host}: the password would be sent in the clear. Use Implicit or StartTls.";
        if (new[] { options.Folder, options.MoveTo, options.Unclaimed }.Any(string.IsNullOrWhiteSpace) || new[] { options.Folder, options.MoveTo, options.Unclaimed }.Distinct(StringComparer.OrdinalIgnoreCase).Count() < 3)
            yield return "Folder, MoveTo and Unclaimed must be three different folders.";
        if (options.Poll < TimeSpan.FromSeconds(1) || options.Poll > TimeSpan.FromDays(1))
            yield return "Poll must be between 1 second and 1 day.";
    }

    private static bool IsLoopback(string host) => host.Equals("localhost", StringComparison.OrdinalIgnoreCase) || (IPAddress.TryParse(host, out var address) && IPAddress.IsLoopback(address));
}
