namespace MtaSts.Web.Accounts;

/// <summary>The target after a sign-in, which is never another site.</summary>
public static class LocalUrl
{
    private const string SignIn = "/sign-in";

    /// <summary>The path if it is local: <c>/</c> not followed by another slash or a backslash, no control characters, and not the sign-in itself.</summary>
    public static string OrHome(string? path) =>
        path is ['/', ..] and not ['/', '/' or '\\', ..] && !path.Any(char.IsControl) && path.Split('?', '#')[0].TrimEnd('/') is var page && !page.Equals(SignIn, StringComparison.OrdinalIgnoreCase) ? path : "/";
}
