namespace Consensus.Replication.Workflow;

/// <summary>The first field of a command. Numbers are never given again; a changed form gets a new number.</summary>
internal enum CommandKind : byte
{
    CreateCase = 1,
    UpdateCaseState = 2,
    RemoveCase = 3,
    DefineGraph = 4,
    RemoveGraph = 5,
    ApplyPolicy = 6,
    RemovePolicy = 7,
    DeployOverlay = 8,
    Custom = 9,
}
