namespace MtaSts.Web.Alerts;

/// <summary>What a user does with an alert.</summary>
public enum AlertAction
{
    /// <summary>No notices until it gets worse.</summary>
    Acknowledge,

    /// <summary>No notices until a date.</summary>
    Snooze,

    /// <summary>No notices for the kind and the domain.</summary>
    Mute,
}

/// <summary>What the dialog returns.</summary>
/// <param name="Reason">Null or empty: none.</param>
/// <param name="Until">Null: without an end.</param>
public sealed record AlertHandlingInput(string? Reason, DateTimeOffset? Until);
