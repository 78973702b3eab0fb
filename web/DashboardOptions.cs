namespace MtaSts.Web;

/// <summary>Settings of the pages. Section <c>Dashboard</c>.</summary>
public sealed class DashboardOptions
{
    public const string Section = "Dashboard";

    /// <summary>Shows on every page that the data is a demo, and on the sign-in page the demo account. <c>--demo</c> sets it.</summary>
    public bool DemoMode { get; set; }
}
