using MtaSts.Application.Alerts;

namespace MtaSts.Grains.Tests.Alerts;

/// <summary>Alerts as an owner reads them.</summary>
internal static class AlertWords
{
    public static AlertText Words(this AlertView alert) => AlertCatalog.Describe(alert);

    public static AlertText Words(this AlertCondition condition) =>
        AlertCatalog.Describe(new AlertView { Id = "1", Domain = "example.com", Kind = condition.Kind, Parameters = condition.Parameters, RaisedAt = default, UpdatedAt = default });
}
