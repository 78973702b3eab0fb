using MtaSts.Application.Alerts;

namespace MtaSts.Web.Alerts;

/// <summary>How a severity is shown.</summary>
public static class SeverityTexts
{
    public static string Label(this AlertSeverity severity) => severity switch
    {
        AlertSeverity.Critical => "Critical",
        AlertSeverity.Info => "Reminder",
        _ => "Warning",
    };

    /// <summary>The CSS class.</summary>
    public static string Tone(this AlertSeverity severity) => severity switch
    {
        AlertSeverity.Critical => "bad",
        AlertSeverity.Info => "info",
        _ => "warn",
    };
}
