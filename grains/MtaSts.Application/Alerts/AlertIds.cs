using MtaSts.Grains;

namespace MtaSts.Application.Alerts;

/// <summary>Ids of alerts that are unique within the workspace: the number within the claim, and the domain: <c>12@example.com</c>.</summary>
public static class AlertIds
{
    public static string Of(AlertView alert)
    {
        ArgumentNullException.ThrowIfNull(alert);
        return $"{alert.Id}@{alert.Domain}";
    }

    /// <summary>The parts of an id; null when it is none.</summary>
    internal static (string Number, string Domain)? Read(string? id) => id?.IndexOf('@', StringComparison.Ordinal) is > 0 and var at && at < id.Length - 1 ? (id[..at], id[(at + 1)..]) : null;
}
