using System.CommandLine;
using Consensus.Cli.Output;

namespace Consensus.Cli.Commands.Client;

/// <summary>All commands that talk to a node's API.</summary>
internal static class ClientCommands
{
    /// <summary>Adds them to the tool.</summary>
    public static void AddTo(Command root, Terminal terminal)
    {
        root.Add(StatusCommand.Create(terminal));
        root.Add(PeersCommand.Create(terminal));
        root.Add(PutCommand.Create(terminal));
        root.Add(GetCommand.Create(terminal));
        root.Add(DeleteCommand.Create(terminal));
        root.Add(CasCommand.Create(terminal));
        root.Add(ScanCommand.Create(terminal));
        root.Add(CaseCommand.Create(terminal));
        root.Add(GraphCommand.Create(terminal));
        root.Add(PolicyCommand.Create(terminal));
        root.Add(OverlayCommand.Create(terminal));
        root.Add(OperationCommand.Create(terminal));
        root.Add(MemberCommand.Create(terminal));
        root.Add(TransferCommand.Create(terminal));
        root.Add(SealCommand.Create(terminal));
        root.Add(EpochsCommand.Create(terminal));
    }
}
