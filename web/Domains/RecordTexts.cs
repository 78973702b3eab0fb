using MtaSts.Grains;
using MtaSts.Protocol;

namespace MtaSts.Web.Domains;

/// <summary>What the set-up page says about records as a whole.</summary>
public static class RecordTexts
{
    /// <summary>Hosting is on, or not over yet: its records are asked for.</summary>
    public static bool AreHostingRecordsNeeded(HostingState state) => state is HostingState.AwaitingCname or HostingState.Provisioning or HostingState.Live or HostingState.Retiring;

    /// <summary>Records of this service that were seen in the DNS, by name.</summary>
    public static IReadOnlyList<string> Left(DomainView view)
    {
        ArgumentNullException.ThrowIfNull(view);
        var name = DomainName.Parse(view.Name);
        var records = new[] { (view.CnameState, name.PolicyHost), (view.PolicyRecordState, name.PolicyRecordName), (view.ReportingRecordState, name.ReportingRecordName) };
        return [.. records.Where(record => record.Item1 == RecordState.Ok).Select(record => record.Item2)];
    }

    /// <summary>What removing the domain does.</summary>
    public static string Removal(DomainView view)
    {
        ArgumentNullException.ThrowIfNull(view);
        return view.Hosting.State switch
        {
            HostingState.Provisioning or HostingState.Live => "The domain retires first, as when hosting is switched off. Then it is removed with its reports.",
            HostingState.Retiring => "The domain is removed with its reports when its retirement is over.",
            HostingState.Removing => "The domain is removed with its reports as soon as its policy host is removed.",
            _ when Left(view) is { Count: > 0 } left => $"The domain is removed from this workspace with its reports. Then delete from the DNS: {string.Join(", ", left)}.",
            _ => "The domain is removed from this workspace with its reports.",
        };
    }
}
