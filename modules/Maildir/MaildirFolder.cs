using System.Globalization;
using MtaSts.Modules.Reports;

namespace MtaSts.Modules.Maildir;

/// <summary>A Maildir's files by the rules of the format: files in <c>new</c> and <c>cur</c> are complete, <c>tmp</c> is not read.</summary>
internal static class MaildirFolder
{
    private static readonly string[] Read = ["new", "cur"];
    private static readonly EnumerationOptions Flat = new() { AttributesToSkip = 0, IgnoreInaccessible = false };

    /// <summary>The mails' files. Symbolic links and hidden files are ignored. Includes <c>cur</c>, where mail clients move mails that they have shown.</summary>
    public static IEnumerable<FileInfo> Mails(string folder) => Read
        .Select(part => new DirectoryInfo(Path.Combine(folder, part)))
        .Where(part => part.Exists && part.LinkTarget is null)
        .SelectMany(part => part.EnumerateFiles("*", Flat))
        .Where(file => !file.Name.StartsWith('.') && file.LinkTarget is null);

    /// <summary>Sub-folders (Maildir++) with the token in the name of each.</summary>
    public static IEnumerable<(string Folder, string Token)> Tokens(string root) => new DirectoryInfo(root).EnumerateDirectories(".*", Flat)
        .Where(folder => folder.LinkTarget is null && folder.Name.Length > 1)
        .Select(folder => (folder.FullName, folder.Name[1..].ToLowerInvariant()));

    /// <summary>The bytes; null when there are more than an envelope may have. No more than that is read.</summary>
    public static async Task<byte[]?> ReadAsync(FileInfo file, CancellationToken stop)
    {
        // An empty file need not be opened, and a pipe must not be opened: that would wait for a writer.
        if (file.Length == 0)
            return [];
        if (file.Length > Envelope.MaxBytes)
            return null;
        await using var stream = new FileStream(file.FullName, new FileStreamOptions { Access = FileAccess.Read, Share = FileShare.ReadWrite | FileShare.Delete, Options = FileOptions.Asynchronous });
        var bytes = new byte[file.Length];
        var read = await stream.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, stop);
        return read == bytes.Length && stream.Length == bytes.Length ? bytes : throw new IOException("The file changed while it was read. A delivered mail must not change.");
    }

    /// <summary>Moves a mail into another Maildir's <c>cur</c>, marked as seen. False: the file no longer exists, because another silo or a user was faster.</summary>
    public static bool TryMove(FileInfo file, string maildir)
    {
        foreach (var part in new[] { "cur", "new", "tmp" })
            Directory.CreateDirectory(Path.Combine(maildir, part));
        var name = file.Name.Split(":2,")[0];
        for (var number = 0; ; number++)
        {
            var target = Path.Combine(maildir, "cur", $"{name}{(number == 0 ? "" : "_" + number.ToString(CultureInfo.InvariantCulture))}:2,S");
            if (File.Exists(target))
                continue;
            try
            {
                File.Move(file.FullName, target);
                return true;
            }
            catch (FileNotFoundException)
            {
                return false;
            }
        }
    }
}
