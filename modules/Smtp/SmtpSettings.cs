using System.Net;
using Microsoft.Extensions.Configuration;
using MtaSts.Modules.Listening;
using MtaSts.Modules.Reports;
using MtaSts.Modules.Smtp.Connections;

namespace MtaSts.Modules.Smtp;

/// <summary>Reads and validates the settings.</summary>
internal static class SmtpSettings
{
    private const int LeastCommandLine = 512; // RFC 5321 §4.5.3.1.4
    private const int LeastRecipients = 100; // RFC 5321 §4.5.3.1.8
    private const int LeastMessage = 64 * 1024; // RFC 5321 §4.5.3.1.7

    private const string Off = "Neither Smtp nor Lmtp is set, so the source is off and its other settings have no effect. Set one of them, or remove the others.";

    /// <summary>Throws, with every problem in its message, when they are invalid. An unknown setting is a problem.</summary>
    public static SmtpOptions Read(IConfigurationSection section)
    {
        var options = new SmtpOptions();
        section.Bind(options, binder => binder.ErrorOnUnknownConfiguration = true);
        string[] problems = [.. Problems(options), .. string.IsNullOrWhiteSpace(options.Smtp) && string.IsNullOrWhiteSpace(options.Lmtp) && section.GetChildren().Any(setting => !string.IsNullOrEmpty(setting.Value)) ? new[] { Off } : []];
        return problems.Length == 0 ? options : throw new FormatException(string.Join(' ', problems));
    }

    /// <summary>The networks that are exempt from the limits.</summary>
    public static IReadOnlyList<IPNetwork> Networks(this SmtpOptions options) => ClientNetwork.TryParseList(options.TrustedNetworks, out var networks, out var problem)
        ? networks
        : throw new FormatException($"TrustedNetworks contains “{problem}”. Write networks such as 10.0.0.0/8 or single addresses, separated by commas.");

    private static IEnumerable<string> Problems(SmtpOptions options)
    {
        foreach (var read in new Action[] { () => ListenAddress.Parse(options.Smtp, "Smtp"), () => ListenAddress.Parse(options.Lmtp, "Lmtp"), () => options.Networks() })
        {
            if (Problem(read) is { } problem)
                yield return problem;
        }
        if ((options.CertificatePath is null) != (options.CertificateKeyPath is null))
            yield return "Set both CertificatePath and CertificateKeyPath, or neither.";
        if (options.HostName is { } name && (name.Length is 0 or > 255 || !name.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-')))
            yield return $"HostName is “{name}”. Write a host name such as mx.example.net.";
        if (options.MaxCommandLine < LeastCommandLine)
            yield return $"MaxCommandLine must be {LeastCommandLine} or more.";
        if (options.MaxRecipients < LeastRecipients)
            yield return $"MaxRecipients must be {LeastRecipients} or more.";
        if (options.MaxMessageBytes is < LeastMessage or > Envelope.MaxBytes)
            yield return $"MaxMessageBytes must be between {LeastMessage} and {Envelope.MaxBytes}.";
        if (options.MaxStoredBytes < options.MaxMessageBytes)
            yield return "MaxStoredBytes must be MaxMessageBytes or more.";
        if (!new ReceiveMemory(options.MaxMemory, TimeProvider.System).HasRoomFor(options.MaxMessageBytes))
            yield return "MaxMemory must be a third more than MaxMessageBytes, or more.";
        if (new[] { options.MaxConnections, options.MaxConnectionsPerAddress, options.MessagesPerMinute, options.GuessesPerMinute, options.MaxCommands, options.MaxErrors }.Any(limit => limit < 1))
            yield return "MaxConnections, MaxConnectionsPerAddress, MessagesPerMinute, GuessesPerMinute, MaxCommands and MaxErrors must be 1 or more.";
        if (options.LeastRate < 0)
            yield return "LeastRate must be 0 or more.";
        if (new[] { options.Idle, options.DataTime, options.SessionTime }.Any(time => time < TimeSpan.FromSeconds(1) || time > TimeSpan.FromDays(1)))
            yield return "Idle, DataTime and SessionTime must be between 1 second and 1 day.";
    }

    private static string? Problem(Action read)
    {
        try
        {
            read();
            return null;
        }
        catch (FormatException exception)
        {
            return exception.Message;
        }
    }
}
