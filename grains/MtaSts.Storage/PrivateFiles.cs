namespace MtaSts.Storage;

/// <summary>
/// Files that hold tokens, password hashes, keys or reports. Only the owner can read and write them (0600, folders 0700), regardless of the
/// umask of the process. On Windows the folder's access list applies instead.
/// </summary>
internal static class PrivateFiles
{
    private const UnixFileMode OwnFile = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode OwnFolder = OwnFile | UnixFileMode.UserExecute;
    private const UnixFileMode Others = ~(OwnFolder | UnixFileMode.SetUser | UnixFileMode.SetGroup | UnixFileMode.StickyBit);

    /// <summary>Creates a folder and its missing parents; an existing one is unchanged.</summary>
    /// <returns>False: it existed.</returns>
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

    /// <summary>Options to open a file exclusively; a new file is accessible to the owner only.</summary>
    public static FileStreamOptions Alone(FileMode mode)
    {
        var options = new FileStreamOptions { Mode = mode, Access = FileAccess.ReadWrite, Share = FileShare.None, BufferSize = 0 };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = OwnFile;
        return options;
    }

    /// <summary>Removes the access of group and others. Missing files are skipped, devices are unchanged.</summary>
    /// <returns>Null, or what the operator must do if it failed.</returns>
    public static string? Narrow(string path)
    {
        if (OperatingSystem.IsWindows() || PseudoFiles.Holds(path))
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

    /// <summary>Whether other users may replace files of this folder: write access to a folder allows this, regardless of the files' modes.</summary>
    public static bool IsOpenToOthers(string folder) =>
        !OperatingSystem.IsWindows() && Directory.Exists(folder) && File.GetUnixFileMode(folder) is var mode
        && (mode & (UnixFileMode.GroupWrite | UnixFileMode.OtherWrite)) != 0 && !mode.HasFlag(UnixFileMode.StickyBit);
}
