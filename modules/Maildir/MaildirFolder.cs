using System.Globalization;
using MtaSts.Modules.Reports;

namespace MtaSts.Modules.Maildir;

/// <summary>A Maildir's files, as its own rules have it: what stands in <c>new</c> and <c>cur</c> is whole, <c>tmp</c> is nobody's business.</summary>
internal static class MaildirFolder
{
    private static readonly string[] Read = ["new", "cur"];
    private static readonly EnumerationOptions Flat = new() { AttributesToSkip = 0, IgnoreInaccessible = false };

    /// <summary>The mails' files. Symbolic links and hidden files are left alone. <c>cur</c> too: a mail client moves there what it has shown.</summary>
    public static IEnumerable<FileInfo> Mails(string folder) => Read
        .Select(part => new DirectoryInfo(Path.Combine(folder, part)))
        .Where(part => part.Exists && part.LinkTarget is null)
        .SelectMany(part => part.EnumerateFiles("*", Flat))
        .Where(file => !file.Name.StartsWith('.') && file.LinkTarget is null);

    /// <summary>Sub-folders (Maildir++) with the token that each is named after.</summary>
    public static IEnumerable<(string Folder, string Token)> Tokens(string root) => new DirectoryInfo(root).EnumerateDirectories(".*", Flat)
        .Where(folder => folder.LinkTarget is null && folder.Name.Length > 1)
        .Select(folder => (folder.FullName, folder.Name[1..].ToLowerInvariant()));

    /// <summary>The bytes; null when there are more than an envelope may have. Nothing is read beyond that.</summary>
    public static async Task<byte[]?> ReadAsync(FileInfo file, CancellationToken stop)
    {
        // What is empty need not be opened, and a pipe must not: it would wait for a writer.
        if (file.Length == 0)
            return [];
        if (file.Length > Envelope.MaxBytes)
            return null;
        await using var stream = new FileStream(file.FullName, new FileStreamOptions { Access = FileAccess.Read, Share = FileShare.ReadWrite | FileShare.Delete, Options = FileOptions.Asynchronous });
        var bytes = new byte[file.Length];
        var read = await stream.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, stop);
        return read == bytes.Length && stream.Length == bytes.Length ? bytes : throw new IOException("The file changes while it is read; a mail's file does not once it is in new.");
    }

    /// <summary>Moves a mail into another Maildir's <c>cur</c>, marked as seen. False: it has gone, another silo or a person was faster.</summary>
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
