using Microsoft.Data.Sqlite;

namespace MtaSts.Storage;

/// <summary>The file that a SQLite connection string refers to, in any notation.</summary>
internal static class SqliteFile
{
    private const string Scheme = "file:";

    /// <summary>
    /// The absolute path with links resolved: two names of one file are equal. Relative paths and <c>file:</c> URIs
    /// (RFC 8089, as SQLite reads them) are under the working directory. The string must have passed <see cref="Problem"/>.
    /// </summary>
    public static string PathOf(string connectionString)
    {
        var path = Path.GetFullPath(Plain(new SqliteConnectionStringBuilder(connectionString).DataSource));
        return new FileInfo(path) is { LinkTarget: not null } link ? link.ResolveLinkTarget(returnFinalTarget: true)!.FullName : path;
    }

    /// <summary>Why a data source cannot be used; null when it can. It need not exist.</summary>
    public static string? Problem(string dataSource)
    {
        if (dataSource.StartsWith('|'))
            return "Storage:ConnectionString begins with a macro, |…|. Write the path of the file.";
        if (!dataSource.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase))
            return null;
        var query = dataSource.IndexOfAny(['?', '#']);
        if (query >= 0)
            return $"Storage:ConnectionString has parameters in its file: URI ({dataSource[query..]}). Write the path without them; Mode and Cache are keywords of the connection string.";
        var path = dataSource[Scheme.Length..];
        return path.StartsWith("//", StringComparison.Ordinal) && !path.StartsWith("///", StringComparison.Ordinal) && !path.StartsWith("//localhost/", StringComparison.OrdinalIgnoreCase)
            ? "Storage:ConnectionString names another machine in its file: URI. Write file:///path, or the path alone."
            : null;
    }

    private static string Plain(string dataSource)
    {
        if (!dataSource.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase))
            return dataSource;
        var path = dataSource[Scheme.Length..];
        if (path.StartsWith("//", StringComparison.Ordinal))
            path = path[path.IndexOf('/', 2)..];
        return Uri.UnescapeDataString(path);
    }
}
