using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;

namespace MtaSts.Peers;

/// <summary>Installs the misbehaving plug-in into a folder, in one of its modes.</summary>
public static class BadPlugins
{
    private const string Built = "bad-plugin-for-tests";
    private const string Assembly = "MtaSts.BadPlugin.dll";
    private const string Dependency = "System.BadPluginDependency.dll";

    /// <summary>Modes that need other files.</summary>
    public static readonly IReadOnlyList<string> OfFiles = ["no-assembly", "native", "empty", "sdk-newer", "dependency-missing"];

    /// <param name="plugins">The plug-ins' folder.</param>
    /// <param name="mode">See the plug-in's source, and <see cref="OfFiles"/>.</param>
    public static void Install(string plugins, string mode)
    {
        var folder = Directory.CreateDirectory(Path.Combine(plugins, mode)).FullName;
        var (source, target) = (Path.Combine(AppContext.BaseDirectory, Built), Path.Combine(folder, mode + ".dll"));
        File.WriteAllText(Path.Combine(folder, "mode.txt"), mode);
        switch (mode)
        {
            case "empty":
                return;
            case "no-assembly":
                File.WriteAllText(target, "this is no assembly");
                return;
            case "native":
                File.Copy("/bin/true", target);
                return;
        }
        File.Copy(Path.Combine(source, Assembly), target);
        if (mode == "sdk-newer")
            AskForSdk(target, 9);
        if (mode != "dependency-missing")
            File.Copy(Path.Combine(source, Dependency), Path.Combine(folder, Dependency));
    }

    /// <summary>As if it had been built against another version of the contracts.</summary>
    private static void AskForSdk(string path, byte major)
    {
        var bytes = File.ReadAllBytes(path);
        using var image = new PEReader(new MemoryStream(bytes));
        var metadata = image.GetMetadataReader();
        var reference = metadata.AssemblyReferences.Single(handle => metadata.GetString(metadata.GetAssemblyReference(handle).Name) == "MtaSts.Modules");
        var row = metadata.GetTableMetadataOffset(TableIndex.AssemblyRef) + (metadata.GetTableRowSize(TableIndex.AssemblyRef) * (MetadataTokens.GetRowNumber(reference) - 1));
        bytes[image.PEHeaders.MetadataStartOffset + row] = major;
        File.WriteAllBytes(path, bytes);
    }
}
