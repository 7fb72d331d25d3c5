using System.CommandLine;
using Consensus.Cli.Output;

namespace Consensus.Cli.Commands.Client;

/// <summary><c>consensus overlay</c>: bundles of changes that are deployed as one.</summary>
internal static class OverlayCommand
{
    private const string Path = "v1/overlays";

    /// <summary>Creates the command.</summary>
    public static Command Create(Terminal terminal) => new("overlay", "Deploys and lists overlays.")
    {
        DocumentPost.Create(terminal, "deploy", "Deploys an overlay, all of it or nothing.", Path),
        RecordList.Create(terminal, Path, "Lists overlays.", ["name", "version", "elements", "index"]),
    };
}
