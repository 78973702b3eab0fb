namespace MtaSts.Host.Storage;

/// <summary>
/// Files that hold tokens, password hashes, keys or reports. They are readable and writable by the owner alone (0600, folders 0700), whatever the
/// umask of the process. Windows has no such modes: there the folder's access list applies.
/// </summary>
internal static class PrivateFiles
{
    private const UnixFileMode OwnFile = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode OwnFolder = OwnFile | UnixFileMode.UserExecute;
    private const UnixFileMode Others = ~(OwnFolder | UnixFileMode.SetUser | UnixFileMode.SetGroup | UnixFileMode.StickyBit);

    /// <summary>Makes a folder and those above it that are missing; leaves an existing one as it is.</summary>
    /// <returns>False: it was there.</returns>
    public static bool MakeFolder(string folder)
    {
        if (Directory.Exists(folder))
            return false;
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(folder);
        else
            Directory.CreateDirectory(folder, OwnFolder);
        return true;
    }

    /// <summary>How to open a file that no other process is to open meanwhile; a new one is made for the owner alone.</summary>
    public static FileStreamOptions Alone(FileMode mode)
    {
        var options = new FileStreamOptions { Mode = mode, Access = FileAccess.ReadWrite, Share = FileShare.None, BufferSize = 0 };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = OwnFile;
        return options;
    }

    /// <summary>Removes the access of group and others. Missing files are skipped.</summary>
    /// <returns>Null, or what the operator has to do because it could not be done.</returns>
    public static string? Narrow(string path)
    {
        if (OperatingSystem.IsWindows())
            return null;
        var isFolder = Directory.Exists(path);
        if (!isFolder && !File.Exists(path))
            return null;
        try
        {
            if ((File.GetUnixFileMode(path) & Others) != 0)
                File.SetUnixFileMode(path, isFolder ? OwnFolder : OwnFile);
            return null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return $"{path} can be read by other users of this machine, and its mode cannot be changed ({exception.Message}). Run chmod go= on it as its owner.";
        }
    }

    /// <summary>Whether other users may replace files of this folder: a user who may write to a folder can do so, whatever the files' modes.</summary>
    public static bool IsOpenToOthers(string folder) =>
        !OperatingSystem.IsWindows() && Directory.Exists(folder) && File.GetUnixFileMode(folder) is var mode
        && (mode & (UnixFileMode.GroupWrite | UnixFileMode.OtherWrite)) != 0 && !mode.HasFlag(UnixFileMode.StickyBit);
}
