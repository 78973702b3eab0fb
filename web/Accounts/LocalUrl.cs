namespace MtaSts.Web.Accounts;

/// <summary>Where to go after signing in: never to another site.</summary>
public static class LocalUrl
{
    /// <summary>The path when it is one of ours: <c>/</c> not followed by another slash or a backslash, and no control characters.</summary>
    public static string OrHome(string? path) =>
        path is ['/', ..] and not ['/', '/' or '\\', ..] && !path.Any(char.IsControl) ? path : "/";
}
