using System.Globalization;

namespace MtaSts.Modules.Imap;

/// <summary>For mails that are kept: the UID up to which all mails are handled, valid for one UIDVALIDITY (RFC 9051 §2.3.1.1).</summary>
internal sealed class ImapState(string path)
{
    /// <summary>0 when there is no state for this folder and UIDVALIDITY.</summary>
    public uint Last(string folder, uint validity)
    {
        try
        {
            return File.ReadAllLines(path) is [var name, var of, var last, ..] && name == folder && of == validity.ToString(CultureInfo.InvariantCulture)
                && uint.TryParse(last, NumberStyles.None, CultureInfo.InvariantCulture, out var uid) ? uid : 0;
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            return 0;
        }
    }

    /// <summary>Atomic: writes a temporary file and renames it.</summary>
    public void Remember(string folder, uint validity, uint last)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        File.WriteAllLines(path + ".new", [folder, validity.ToString(CultureInfo.InvariantCulture), last.ToString(CultureInfo.InvariantCulture)]);
        File.Move(path + ".new", path, overwrite: true);
    }
}
