namespace MtaSts.Web;

/// <summary>Settings of the pages. Section <c>Dashboard</c>.</summary>
public sealed class DashboardOptions
{
    public const string Section = "Dashboard";

    /// <summary>Says on every page that nothing here is real, and how to sign in.</summary>
    public bool DemoMode { get; set; }
}
