namespace MtaSts.Host.Spool;

/// <summary>The spool's folder. What fails throws <see cref="IOException"/> or <see cref="UnauthorizedAccessException"/>.</summary>
internal interface ISpoolFiles : IDisposable
{
    /// <summary>Names of the segments, oldest first.</summary>
    IReadOnlyList<string> Segments();

    long Length(string segment);

    byte[] Read(string segment);

    /// <summary>When it was last written.</summary>
    DateTimeOffset Written(string segment);

    /// <summary>A new segment; it survives a crash when this returns, and what is in it when <see cref="ISpoolFile.Sync"/> has returned.</summary>
    ISpoolFile Create(string segment);

    void Delete(string segment);

    /// <summary>Keeps bytes in a folder beside the segments; they survive a crash when this returns. A file of the same name is replaced.</summary>
    void Keep(string folder, string name, params ReadOnlySpan<ReadOnlyMemory<byte>> bytes);

    /// <summary>What <see cref="Keep"/> has gathered.</summary>
    long KeptBytes();

    /// <summary>Names in a folder of <see cref="Keep"/>; none where there is no such folder.</summary>
    IReadOnlyList<string> KeptNames(string folder);

    byte[] ReadKept(string folder, string name);

    void DeleteKept(string folder, string name);

    /// <summary>Free on the disk.</summary>
    long FreeBytes();
}

/// <summary>A segment being written.</summary>
internal interface ISpoolFile : IDisposable
{
    void Append(ReadOnlySpan<byte> bytes);

    /// <summary>Returns when all that was appended is on the disk. After it has thrown once the file is not to be trusted any more.</summary>
    void Sync();
}
