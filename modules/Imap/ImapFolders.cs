using MailKit;
using MailKit.Net.Imap;

namespace MtaSts.Modules.Imap;

/// <summary>Finds folders for any prefix and separator of the server: <c>Reports</c> may be <c>INBOX.Reports</c> or <c>INBOX/Reports</c>.</summary>
internal static class ImapFolders
{
    /// <summary>The folder; null if it does not exist.</summary>
    public static async Task<IMailFolder?> FindAsync(ImapClient client, string name, CancellationToken stop)
    {
        foreach (var path in Candidates(name, client.PersonalNamespaces[0]))
        {
            if (path.Equals("INBOX", StringComparison.OrdinalIgnoreCase))
                return client.Inbox;
            try
            {
                return await client.GetFolderAsync(path, stop);
            }
            catch (FolderNotFoundException)
            {
                // Tries the next form of its name.
            }
        }
        return null;
    }

    /// <summary>The folder, created if missing.</summary>
    public static async Task<IMailFolder> FindOrMakeAsync(ImapClient client, string name, CancellationToken stop)
    {
        if (await FindAsync(client, name, stop) is { } found)
            return found;
        var home = client.PersonalNamespaces[0];
        var folder = client.GetFolder(home);
        foreach (var part in name.Split('/'))
            folder = await FindAsync(client, string.IsNullOrEmpty(folder.FullName) ? part : folder.FullName + home.DirectorySeparator + part, stop) ?? await folder.CreateAsync(part, isMessageFolder: true, stop) ?? throw new IOException($"The folder {name} could not be created.");
        return folder;
    }

    internal static IEnumerable<string> Candidates(string name, FolderNamespace home)
    {
        var own = name.Replace('/', home.DirectorySeparator);
        string[] forms = [own, Prefixed(own, home), name, name.Replace('.', home.DirectorySeparator)];
        return forms.Distinct(StringComparer.Ordinal);
    }

    private static string Prefixed(string name, FolderNamespace home) =>
        string.IsNullOrEmpty(home.Path) ? name : home.Path.TrimEnd(home.DirectorySeparator) + home.DirectorySeparator + name;
}
