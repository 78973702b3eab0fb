namespace MtaSts.Grains;

/// <summary>Permanent ids of report sources with special treatment.</summary>
public static class ReportSourceIds
{
    /// <summary>Uploads by a member or a program of the workspace; they count as verified.</summary>
    public const string Upload = "source.upload";
}
