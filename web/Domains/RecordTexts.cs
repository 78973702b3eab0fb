using MtaSts.Grains;
using MtaSts.Protocol;

namespace MtaSts.Web.Domains;

/// <summary>Texts of the set-up page about all records.</summary>
public static class RecordTexts
{
    /// <summary>Hosting is on, or not yet retired: its records are required.</summary>
    public static bool AreHostingRecordsNeeded(HostingState state) => state is HostingState.AwaitingCname or HostingState.Provisioning or HostingState.Live or HostingState.Retiring;

    /// <summary>Names of this service's records found in the DNS.</summary>
    public static IReadOnlyList<string> Left(DomainView view)
    {
        ArgumentNullException.ThrowIfNull(view);
        var name = DomainName.Parse(view.Name);
        var records = new[] { (view.CnameState, name.PolicyHost), (view.PolicyRecordState, name.PolicyRecordName), (view.ReportingRecordState, name.ReportingRecordName) };
        return [.. records.Where(record => record.Item1 == RecordState.Ok).Select(record => record.Item2)];
    }

    /// <summary>Effect of removing the domain.</summary>
    public static string Removal(DomainView view)
    {
        ArgumentNullException.ThrowIfNull(view);
        return view.Hosting.State switch
        {
            HostingState.Provisioning or HostingState.Live => "The domain retires first, as when hosting is switched off. Then it is removed with its reports.",
            HostingState.Retiring => "The domain is removed with its reports when its retirement ends.",
            HostingState.Removing => "The domain is removed with its reports as soon as its policy host is removed.",
            _ when Left(view) is { Count: > 0 } left => $"The domain is removed from this workspace with its reports. Then delete these records from the DNS: {string.Join(", ", left)}.",
            _ => "The domain is removed from this workspace with its reports.",
        };
    }
}
