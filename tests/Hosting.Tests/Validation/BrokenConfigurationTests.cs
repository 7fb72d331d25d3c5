using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Consensus.Hosting.Tests.Validation;

/// <summary>
/// What operators get wrong, through the public road: JSON, <c>AddConsensus</c>, start of the host. Each row says all that is said, character for
/// character. What only the tool can know is in its own tests.
/// </summary>
[TestFixture]
[Platform("Linux,MacOsX", Reason = "Modes of files.")]
[CancelAfter(60_000)]
public sealed class BrokenConfigurationTests
{
    private const string Address = "host:port with a port from 1 to 65,535, an IPv6 address in brackets";
    private const string BookNumber = "a whole number from 1 to 4,294,967,295, without leading zeros";
    private const string Duration = "a duration such as \"150ms\", \"2s\" or \"00:00:00.150\"";
    private const string NodeNumber = "a whole number from 1 to 4,294,967,295";
    private const string Closed = "a file that only its owner can write and nobody beyond its group can read, such as 600";
    private const string Own = "whose certificate is not that of this node; allowed: one that has node-1.6f1c3f8a0a354f0e9a4e3f1f0c6f7c11.consensus.internal, and no other node, among its DNS names";
    private const string OperatorKey = "the public key of an operator, 64 hexadecimal digits, as consensus keys generate and keys show print it";
    private const string KeyOfNobodyElse = "a key that nobody else has, for a member that lies must not choose the engine";
    private const string Key = "the public key of the member, 64 hexadecimal digits, as consensus keys show prints it";
    private const string Named = "allowed: one that names the key with which this node signs, as consensus certificate issues it";
    private const string TooFew = "Consensus:Members has 3 members with the role Voter; allowed: at least 4, for the algorithm \"pbft\" tolerates one faulty member of 4, and none of fewer.";
    private const string AllVote = "Voter, for the algorithm \"pbft\" has no others";
    private const string OtherKey = $"Consensus:Transport:Tls:CertificateFile is \"{{folder}}/signing-other.crt\", whose certificate names the signing key {{key2}}, and that of node 1 is {{key1}}; {Named}.";
    private const string Both = "allowed: a valid one for client and server, issued by an authority in {folder}/authority.crt";

    private static readonly BrokenConfiguration[] Rows =
    [
        // Keys.
        new(
            "An unknown key",
            """{ "Quorum": 2 }""",
            "Consensus:Quorum is not a known key; allowed: ClusterId, Node, Algorithm, DataDirectory, SigningKeyFile, Initialize, OnReplicaFailure, HandoverTimeout, Members, Selection, Raft, Pbft, HotStuff, Hybrid, Replica, Sessions, Snapshots, Storage, Transport, Http."),
        new(
            "A mistyped key deep inside",
            """{ "Transport": { "Tls": { "AutorityFile": "x" } } }""",
            "Consensus:Transport:Tls:AutorityFile is not a known key; the nearest one is AuthorityFile."),
        new(
            "A mistyped key of a member",
            """{ "Members": { "1": { "Adress": "node2:7000" } } }""",
            "Consensus:Members:1:Adress is not a known key; the nearest one is Address."),
        new(
            "A list in the place of an object",
            """{ "Sessions": [ 10000 ] }""",
            "Consensus:Sessions is a list; allowed: an object."),

        // Types.
        new(
            "A word in the place of a number",
            """{ "Raft": { "AppendBytesMax": "plenty" } }""",
            "Consensus:Raft:AppendBytesMax is \"plenty\"; allowed: a whole number from 1,024 to 4,194,304."),
        new(
            "An object in the place of a number",
            """{ "Node": { "Id": 1 } }""",
            $"Consensus:Node is an object or a list; allowed: {NodeNumber}."),
        new(
            "A text in the place of a member",
            """{ "Members": { "1": "node2:7000" } }""",
            "Consensus:Members:1 is \"node2:7000\"; allowed: an object."),
        new(
            "Null in the place of a number",
            """{ "Snapshots": { "Retained": null } }""",
            "Consensus:Snapshots:Retained is null; allowed: a whole number from 1 to 100."),
        new(
            "A cluster id that is none",
            """{ "ClusterId": "production" }""",
            "Consensus:ClusterId is \"production\"; allowed: 32 hexadecimal digits, with or without hyphens, not all zero."),
        new(
            "A cluster id of zeros",
            """{ "ClusterId": "00000000-0000-0000-0000-000000000000" }""",
            "Consensus:ClusterId is \"00000000-0000-0000-0000-000000000000\"; allowed: 32 hexadecimal digits, with or without hyphens, not all zero."),

        // Bounds.
        new(
            "A number beyond its bounds",
            """{ "Raft": { "InflightMessagesMax": 5000 } }""",
            "Consensus:Raft:InflightMessagesMax is 5000; allowed: a whole number from 1 to 4,096."),
        new(
            "A number that no type can hold",
            """{ "Replica": { "ReceivedBytesMax": 99999999999999999999 } }""",
            "Consensus:Replica:ReceivedBytesMax is \"99999999999999999999\"; allowed: a whole number from 1,048,576 to 68,719,476,736."),
        new(
            "A duration without a unit",
            """{ "Raft": { "ElectionTimeoutMin": 150 } }""",
            $"Consensus:Raft:ElectionTimeoutMin is \"150\"; allowed: {Duration}, from 5ms to 10m."),
        new(
            "A negative duration",
            """{ "HandoverTimeout": "-2s" }""",
            $"Consensus:HandoverTimeout is \"-2s\"; allowed: {Duration}, from 0s to 1m."),
        new(
            "A duration of zero",
            """{ "Replica": { "OperationTimeout": "0s" } }""",
            $"Consensus:Replica:OperationTimeout is 0s; allowed: {Duration}, from 1ms to 1h."),
        new(
            "No entries between two snapshots",
            """{ "Snapshots": { "EntriesBetween": 0 } }""",
            "Consensus:Snapshots:EntriesBetween is 0; allowed: a whole number from 1 to 1,000,000,000."),
        new(
            "A heartbeat that comes too seldom",
            """{ "Raft": { "HeartbeatInterval": "50ms", "ElectionTimeoutMin": "150ms" } }""",
            "Consensus:Raft:HeartbeatInterval is 50ms; allowed: less than a third of ElectionTimeoutMin (150ms)."),
        new(
            "A shortest election timeout beyond the longest",
            """{ "Raft": { "ElectionTimeoutMin": "400ms" } }""",
            "Consensus:Raft:ElectionTimeoutMax is 300ms; allowed: more than ElectionTimeoutMin (400ms)."),
        new(
            "A time-out of PBFT that is too short",
            """{ "Pbft": { "ViewTimeout": "5ms" } }""",
            $"Consensus:Pbft:ViewTimeout is 5ms; allowed: {Duration}, from 10ms to 1m.",
            "Consensus:Pbft:StatusInterval is 100ms; allowed: 1 ms or more, less than ViewTimeout (5ms)."),
        new(
            "Clocks of PBFT that would have to agree better than any do",
            """{ "Pbft": { "ClockErrorMax": "50ms" } }""",
            $"Consensus:Pbft:ClockErrorMax is 50ms; allowed: {Duration}, from 100ms to 1d."),
        new(
            "Clocks of HotStuff that may be apart by more than a day",
            """{ "HotStuff": { "ClockErrorMax": "25h" } }""",
            $"Consensus:HotStuff:ClockErrorMax is 25h; allowed: {Duration}, from 100ms to 1d."),
        new(
            "A window of PBFT that its checkpoints do not fit in",
            """{ "Pbft": { "CheckpointBlocks": 256 } }""",
            "Consensus:Pbft:WindowBlocks is 256; allowed: at least twice CheckpointBlocks (256), at most 65,536."),
        new(
            "A window of HotStuff in which nothing is ever committed",
            """{ "HotStuff": { "CheckpointBlocks": 1, "WindowBlocks": 2 } }""",
            "Consensus:HotStuff:WindowBlocks is 2; allowed: at least 3 with Rules ThreeChain, which commit a block when 3 in a row are certified: a smaller window never has room for a command."),
        new(
            "A mistyped setting of PBFT",
            """{ "Pbft": { "ViewTimeOutMin": "1s" } }""",
            "Consensus:Pbft:ViewTimeOutMin is not a known key; the nearest one is ViewTimeoutMax."),
        new(
            "Blocks of PBFT that no message can carry",
            """{ "Algorithm": "pbft", "Transport": { "FrameLengthMax": 1048576 } }""",
            "Consensus:Transport:FrameLengthMax is 1048576; allowed: at least 1376256, which is 65536 more than the largest of Replica:CommandBytesMax, Pbft:BlockBytesMax, Pbft:BatchBytesMax and Pbft:CatchUpBytes.") { IsSigned = true },
        new(
            "Blocks of PBFT that do not fit a segment",
            """{ "Pbft": { "PipelineBlocks": 16 } }""",
            "Consensus:Storage:SegmentBytes is 8388608; allowed: at least 22609920, so that what may be in flight and uncommitted still fits when the disk is full; or lower what bounds it: the number of blocks under way (16), Pbft:BlockBytesMax (1048576), Pbft:BatchBytesMax (524288), Pbft:CatchUpBytes (262144) and Replica:CommandBytesMax (1310720).") { IsSigned = true },
        new(
            "An unknown algorithm",
            """{ "Algorithm": "paxos" }""",
            "Consensus:Algorithm is \"paxos\"; allowed: a registered engine, which are: hotstuff, hybrid, pbft, raft; or Auto, and the one that fits is chosen."),
        new(
            "A choice among engines for too few members",
            """{ "Algorithm": "auto", "Selection": { "Byzantine": true } }""",
            "Consensus:Selection:Byzantine is true; allowed: false, or more Consensus:Members with the role Voter. No engine: 3 members cannot tolerate that one of them lies, with any engine: one liar takes at least 4 members, two take 7. It would be raft if members were not expected to lie; pbft with 4 members or more; gossip with more than 1,000 members."),
        new(
            "A choice of an engine that is not there",
            """
            {
              "Algorithm": "Auto",
              "Members": [
                { "Id": 1, "Address": "node1.example:7000" },
                { "Id": 2, "Address": "node2.example:7000" },
                { "Id": 3, "Address": "node3.example:7000" },
                { "Id": 4, "Address": "node4.example:7000" },
                { "Id": 5, "Address": "node5.example:7000" }
              ],
              "Selection": { "Byzantine": true, "SwarmSizeLimit": 4 }
            }
            """,
            "Consensus:Algorithm is \"Auto\"; allowed: with this Selection nothing, for it chooses an engine that is not in this program, which has hotstuff, hybrid, pbft, raft. gossip: members may lie, and 5 members are more than 4 (SwarmSizeLimit), too many to agree by votes of all. What gossip spreads becomes the same everywhere in the end; it has no total order. It would be raft if members were not expected to lie; pbft with at most 4 members."),
        new(
            "A choice of an engine whose keys are not there",
            """{ "Algorithm": "Auto", "Selection": { "Byzantine": true, "Latency": "50ms" }, "SigningKeyFile": "(absent)" }""",
            "Consensus:SigningKeyFile is missing; allowed: a file with the signing key of this node, as consensus keys generate writes it, for the algorithm \"hotstuff\" needs the keys of all members.") { IsSigned = true },
        new(
            "A choice for a group whose members may lie that somebody is to join",
            """{ "Algorithm": "Auto", "Selection": { "Byzantine": true }, "Initialize": "Join" }""",
            "Consensus:Initialize is \"Join\"; allowed: IfMissing or Never, for nobody joins a group with the algorithm \"pbft\": its members are those that it began with.") { IsSigned = true },
        new(
            "Members that may lie with an algorithm that believes them",
            """{ "Algorithm": "raft", "Selection": { "Byzantine": true } }""",
            "Consensus:Selection:Byzantine is true; allowed: false, for the algorithm \"raft\" tolerates no members that lie; or the algorithm \"Auto\", or one that does."),
        new(
            "Thresholds of the choice that leave no room",
            """{ "Algorithm": "Auto", "Selection": { "Byzantine": true, "Latency": "soon", "SwarmSizeLimit": 3, "LatencyLimit": "0ms" } }""",
            $"Consensus:Selection:Latency is \"soon\"; allowed: {Duration}, from 1us to 1h.",
            "Consensus:Selection:SwarmSizeLimit is 3; allowed: a whole number from 4 to 1,000,000.",
            $"Consensus:Selection:LatencyLimit is 0s; allowed: {Duration}, from 1ms to 1h."),
        new(
            "An unknown choice",
            """{ "Initialize": "Always" }""",
            "Consensus:Initialize is \"Always\"; allowed: one of IfMissing, Never, Join."),

        // Members.
        new(
            "A group without members",
            """{ "Members": [] }""",
            "Consensus:Members has 0 members; allowed: 1 to 64."),
        new(
            "Two members with one id",
            """{ "Members": { "2": { "Id": 2 } } }""",
            "Consensus:Members:2:Id is 2; allowed: a number that no other member has; Consensus:Members:1 has this one."),
        new(
            "Two members with one address",
            """{ "Members": { "2": { "Address": "NODE2.example:7000" } } }""",
            "Consensus:Members:2:Address is \"NODE2.example:7000\"; allowed: an address that no other member has; Consensus:Members:1 has this one."),
        new(
            "A node that is not among the members",
            """{ "Node": 4, "Transport": { "Tls": "(absent)" } }""",
            "Consensus:Node is 4; allowed: the id of one of Consensus:Members (1, 2, 3), unless Consensus:Initialize is \"Join\"."),
        new(
            "Node 0",
            """{ "Node": 0 }""",
            $"Consensus:Node is \"0\"; allowed: {NodeNumber}."),
        new(
            "A member 0",
            """{ "Members": { "2": { "Id": 0 } } }""",
            $"Consensus:Members:2:Id is \"0\"; allowed: {NodeNumber}."),
        new(
            "An address without a port",
            """{ "Members": { "1": { "Address": "node2.example" } } }""",
            $"Consensus:Members:1:Address is \"node2.example\"; allowed: {Address}."),
        new(
            "An address with port 0",
            """{ "Members": { "1": { "Address": "node2.example:0" } } }""",
            $"Consensus:Members:1:Address is \"node2.example:0\"; allowed: {Address}."),
        new(
            "An address with a port beyond the last",
            """{ "Members": { "1": { "Address": "node2.example:70000" } } }""",
            $"Consensus:Members:1:Address is \"node2.example:70000\"; allowed: {Address}."),
        new(
            "An IPv6 address without brackets",
            """{ "Members": { "2": { "Address": "2001:db8::3:7000" } } }""",
            $"Consensus:Members:2:Address is \"2001:db8::3:7000\"; allowed: {Address}."),

        // The hybrid.
        new(
            "A hybrid of three",
            """{ "Algorithm": "hybrid", "Hybrid": { "OperatorKeys": [ "{operator}" ] }, "Members": [ { "Id": 1, "Address": "127.0.0.1:{port}", "PublicKey": "{key1}" }, { "Id": 2, "Address": "node2:7000", "PublicKey": "{key2}" }, { "Id": 3, "Address": "node3:7000", "PublicKey": "{key3}" } ] }""",
            "Consensus:Members has 3 members with the role Voter; allowed: at least 4, for the algorithm \"hybrid\" moves to engines that tolerate one faulty member of 4, and none of fewer.") { IsSigned = true },
        new(
            "A hybrid that nobody can give orders",
            """{ "Algorithm": "Hybrid" }""",
            "Consensus:Hybrid:OperatorKeys has 0 keys; allowed: 1 to 64, for nobody else can let another engine follow.") { IsSigned = true },
        new(
            "A node that joins a hybrid among those that it began with",
            """{ "Algorithm": "hybrid", "Hybrid": { "OperatorKeys": [ "{operator}" ] }, "Initialize": "Join" }""",
            "Consensus:Members has node 1, which joins (Initialize is \"Join\"); allowed: the members that the group began with, their keys included, for a hybrid's first epoch is known by them.") { IsSigned = true },
        new(
            "A hybrid whose members have no keys",
            """{ "Algorithm": "hybrid", "Hybrid": { "OperatorKeys": [ "{operator}" ] }, "SigningKeyFile": "(absent)" }""",
            "Consensus:SigningKeyFile is missing; allowed: a file with the signing key of this node, as consensus keys generate writes it, for the algorithm \"hybrid\" needs the keys of all members.") { IsSigned = true },
        new(
            "A hybrid that reads from leases",
            """{ "Algorithm": "hybrid", "Hybrid": { "OperatorKeys": [ "{operator}" ] }, "Raft": { "Reads": "Lease" } }""",
            "Consensus:Raft:Reads is Lease; allowed: ReadIndex, for a lease of one epoch says nothing of the next.") { IsSigned = true },
        new(
            "A hybrid that begins with an engine that it does not have",
            """{ "Algorithm": "hybrid", "Hybrid": { "Start": "paxos", "CheckpointEntries": 0, "OperatorKeys": [ "{operator}" ] } }""",
            "Consensus:Hybrid:Start is \"paxos\"; allowed: one of Raft, Pbft, HotStuff.",
            "Consensus:Hybrid:CheckpointEntries is 0; allowed: a whole number from 1 to 1,000,000.") { IsSigned = true },
        new(
            "A hybrid whose thresholds contradict each other, that escalates to what survives no liar, and more",
            """
            {
              "Algorithm": "hybrid",
              "Hybrid": {
                "EscalationTarget": "Raft",
                "EscalatesForCommands": "always",
                "ReturnsAlone": 1,
                "FloorInterval": "0s",
                "OperatorKeys": [ "{operator}" ],
                "Threat": { "Window": "2d", "LowFrom": 0, "MediumFrom": 6, "HighFrom": 4, "Critical": 20 },
                "Escalation": { "MinimumStay": "31d", "QuietPeriod": 30, "SwitchesPerHourMax": 1 }
              }
            }
            """,
            "Consensus:Hybrid:EscalatesForCommands is \"always\"; allowed: true or false.",
            $"Consensus:Hybrid:Escalation:QuietPeriod is \"30\"; allowed: {Duration}, from 0s to 30d.",
            "Consensus:Hybrid:ReturnsAlone is \"1\"; allowed: true or false.",
            "Consensus:Hybrid:Threat:Critical is not a known key; allowed: Window, LowFrom, MediumFrom, HighFrom.",
            "Consensus:Hybrid:EscalationTarget is \"Raft\"; allowed: one of Pbft, HotStuff.",
            $"Consensus:Hybrid:FloorInterval is 0s; allowed: {Duration}, from 1ms to 1m.",
            $"Consensus:Hybrid:Threat:Window is 2d; allowed: {Duration}, from 1s to 1d.",
            "Consensus:Hybrid:Threat:LowFrom is 0; allowed: a whole number from 1 to 998.",
            $"Consensus:Hybrid:Escalation:MinimumStay is 31d; allowed: {Duration}, from 0s to 30d.",
            "Consensus:Hybrid:Escalation:SwitchesPerHourMax is 1; allowed: a whole number from 2 to 60.",
            "Consensus:Hybrid:Threat:HighFrom is 4; allowed: more than MediumFrom (6), at most 1,000.") { IsSigned = true },
        new(
            "Thresholds that contradict each other, with an algorithm that has none",
            """{ "Hybrid": { "Threat": { "LowFrom": 3, "MediumFrom": 3, "HighFrom": 3 } } }""",
            "Consensus:Hybrid:Threat:MediumFrom is 3; allowed: more than LowFrom (3).",
            "Consensus:Hybrid:Threat:HighFrom is 3; allowed: more than MediumFrom (3), at most 1,000."),
        new(
            "A target of escalation that is no engine",
            """{ "Algorithm": "hybrid", "Hybrid": { "EscalationTarget": "paxos", "OperatorKeys": [ "{operator}" ] } }""",
            "Consensus:Hybrid:EscalationTarget is \"paxos\"; allowed: one of Pbft, HotStuff.") { IsSigned = true },
        new(
            "Thresholds in the place of their section",
            """{ "Algorithm": "hybrid", "Hybrid": { "Threat": [ 1, 3, 6 ], "Escalation": "30m", "OperatorKeys": [ "{operator}" ] } }""",
            "Consensus:Hybrid:Escalation is \"30m\"; allowed: an object.",
            "Consensus:Hybrid:Threat is a list; allowed: an object.") { IsSigned = true },
        new(
            "A mistyped key of the hybrid",
            """{ "Hybrid": { "Target": "HotStuff" } }""",
            "Consensus:Hybrid:Target is not a known key; allowed: Start, EscalationTarget, EscalatesForCommands, ReturnsAlone, CheckpointEntries, FloorInterval, OperatorKeys, Threat, Escalation."),
        new(
            "A hybrid with every kind of wrong key of an operator",
            """{ "Algorithm": "hybrid", "Hybrid": { "OperatorKeys": [ "{operator}", "secret", "{operator}", "{key2}", null, "0000000000000000000000000000000000000000000000000000000000000000" ] } }""",
            "Consensus:Hybrid:OperatorKeys:4 is null; allowed: a public key, 64 hexadecimal digits.",
            $"Consensus:Hybrid:OperatorKeys:1 is a text of 6 characters that is no public key; allowed: {OperatorKey}.",
            $"Consensus:Hybrid:OperatorKeys:2 is the same key as Consensus:Hybrid:OperatorKeys:0; allowed: {KeyOfNobodyElse}.",
            $"Consensus:Hybrid:OperatorKeys:3 is the same key as Consensus:Members:1:PublicKey; allowed: {KeyOfNobodyElse}.",
            $"Consensus:Hybrid:OperatorKeys:5 is no key that anybody could sign with; allowed: {OperatorKey}.") { IsSigned = true },
        new(
            "One key in the place of the operators' list",
            """{ "Algorithm": "hybrid", "Hybrid": { "OperatorKeys": "{operator}" } }""",
            "Consensus:Hybrid:OperatorKeys is \"{operator}\"; allowed: a list of public keys.") { IsSigned = true },
        new(
            "Blocks of an engine that a hybrid may come to, and that fit no segment and no message",
            """{ "Algorithm": "hybrid", "Hybrid": { "OperatorKeys": [ "{operator}" ] }, "HotStuff": { "BlockBytesMax": 2097152 }, "Transport": { "FrameLengthMax": 2097152 } }""",
            "Consensus:Storage:SegmentBytes is 8388608; allowed: at least 10813440, so that what may be in flight and uncommitted still fits when the disk is full; or lower what bounds it: the number of blocks under way (4), HotStuff:BlockBytesMax (2097152), HotStuff:BatchBytesMax (524288), HotStuff:CatchUpBytes (262144) and Replica:CommandBytesMax (1310720).",
            "Consensus:Transport:FrameLengthMax is 2097152; allowed: at least 4259840, which is 65536 more than the largest of what an operator may order for BlockBytesMax, BatchBytesMax and CatchUpBytes of a hybrid's engines (4194304).") { IsSigned = true },

        // The address book.
        new(
            "A book that is no object",
            """{ "Transport": { "AddressBook": "node2:7000" } }""",
            "Consensus:Transport:AddressBook is \"node2:7000\"; allowed: an object with a list of addresses for each member."),
        new(
            "A book that is a list",
            """{ "Transport": { "AddressBook": [ [ "10.0.0.2:5001" ] ] } }""",
            $"Consensus:Transport:AddressBook:0 is not a member's number; allowed: {BookNumber}."),
        new(
            "A book with one address in the place of a list",
            """{ "Transport": { "AddressBook": { "2": "10.0.0.2:5001" } } }""",
            "Consensus:Transport:AddressBook:2 is \"10.0.0.2:5001\"; allowed: a list of addresses."),
        new(
            "A book with every mistake",
            """
            {
              "Transport": {
                "AddressBook": {
                  "two": [ "10.0.0.2:5001" ], "02": [ "10.0.0.2:5001" ], "4294967296": [ "10.0.0.2:5001" ],
                  "2": [ "10.0.0.2:5001", "10.0.0.2", "10.0.0.2:0", null, "10.0.0.2:5001" ],
                  "3": [ "node3.example:7000", { "Host": "x" } ],
                  "4": [],
                  "5": [ "NODE3.example:7000" ],
                  "6": [ "a:1", "a:2", "a:3", "a:4", "a:5", "a:6", "a:7", "a:8", "a:9", "a:10", "a:11", "a:12", "a:13", "a:14", "a:15", "a:16", "a:17" ]
                }
              }
            }
            """,
            $"Consensus:Transport:AddressBook:02 is not a member's number; allowed: {BookNumber}.",
            $"Consensus:Transport:AddressBook:2:3 is null; allowed: {Address}.",
            $"Consensus:Transport:AddressBook:3:1 is an object or a list; allowed: {Address}.",
            $"Consensus:Transport:AddressBook:4294967296 is not a member's number; allowed: {BookNumber}.",
            $"Consensus:Transport:AddressBook:two is not a member's number; allowed: {BookNumber}.",
            $"Consensus:Transport:AddressBook:2:1 is \"10.0.0.2\"; allowed: {Address}.",
            $"Consensus:Transport:AddressBook:2:2 is \"10.0.0.2:0\"; allowed: {Address}.",
            "Consensus:Transport:AddressBook:2:4 is \"10.0.0.2:5001\"; allowed: an address that is in the book once; Consensus:Transport:AddressBook:2:0 is this one.",
            "Consensus:Transport:AddressBook:4 has 0 addresses; allowed: 1 to 16.",
            "Consensus:Transport:AddressBook:5:0 is \"NODE3.example:7000\"; allowed: an address that is in the book once; Consensus:Transport:AddressBook:3:0 is this one.",
            "Consensus:Transport:AddressBook:6 has 17 addresses; allowed: 1 to 16."),

        // Certificates.
        new(
            "A key that cannot be read",
            """{ "Transport": { "Tls": { "KeyFile": "{folder}" } } }""",
            "Consensus:Transport:Tls:KeyFile is \"{folder}\", which cannot be read (Access to the path '{folder}' is denied.); allowed: a file in PEM form that this process may read."),
        new(
            "A key that everybody can read",
            """{ "Transport": { "Tls": { "KeyFile": "{folder}/open.key" } } }""",
            $"Consensus:Transport:Tls:KeyFile is \"{{folder}}/open.key\", which has the mode 644; allowed: {Closed}."),
        new(
            "A key of the HTTP API that everybody can read",
            """{ "Http": { "KeyFile": "{folder}/open.key" } }""",
            $"Consensus:Http:KeyFile is \"{{folder}}/open.key\", which has the mode 644; allowed: {Closed}."),
        new(
            "The key of another certificate",
            """{ "Transport": { "Tls": { "KeyFile": "{folder}/node-2.key" } } }""",
            "Consensus:Transport:Tls:KeyFile is \"{folder}/node-2.key\", which does not hold the private key of the certificate in {folder}/node-1.crt (The provided key does not match the public key for this certificate. (Parameter 'privateKey')); allowed: that key, not encrypted."),
        new(
            "The certificate of another node",
            """{ "Transport": { "Tls": { "CertificateFile": "{folder}/node-2.crt", "KeyFile": "{folder}/node-2.key" } } }""",
            $"Consensus:Transport:Tls:CertificateFile is \"{{folder}}/node-2.crt\", {Own}."),
        new(
            "A certificate of another cluster",
            """{ "Transport": { "Tls": { "CertificateFile": "{folder}/other-cluster.crt", "KeyFile": "{folder}/other-cluster.key" } } }""",
            $"Consensus:Transport:Tls:CertificateFile is \"{{folder}}/other-cluster.crt\", {Own}."),
        new(
            "A certificate of another authority",
            """{ "Transport": { "Tls": { "CertificateFile": "{folder}/stranger.crt", "KeyFile": "{folder}/stranger.key" } } }""",
            $"Consensus:Transport:Tls:CertificateFile is \"{{folder}}/stranger.crt\", whose certificate was not issued by an authority that this node trusts; {Both}."),
        new(
            "A certificate that has expired",
            """{ "Transport": { "Tls": { "CertificateFile": "{folder}/expired.crt", "KeyFile": "{folder}/expired.key" } } }""",
            $"Consensus:Transport:Tls:CertificateFile is \"{{folder}}/expired.crt\", whose certificate is valid from {{from}} to {{until}} only, or one that it depends on has expired; {Both}."),
        new(
            "TLS without an authority",
            """{ "Transport": { "Tls": { "AuthorityFile": "(absent)" } } }""",
            "Consensus:Transport:Tls:AuthorityFile is missing; allowed: a file, for TLS needs all three of CertificateFile, KeyFile and AuthorityFile, or none for connections in the clear."),

        // Signing keys. None of them is ever shown.
        new(
            "A group of three that is to tolerate a faulty one",
            """{ "Members": [ { "Id": 1, "Address": "127.0.0.1:{port}", "PublicKey": "{key1}" }, { "Id": 2, "Address": "node2:7000", "PublicKey": "{key2}" }, { "Id": 3, "Address": "node3:7000", "PublicKey": "{key3}" } ] }""",
            TooFew) { IsSigned = true },
        new(
            "A group of four of which three vote",
            """{ "Members": { "3": { "Role": "Learner" } } }""",
            TooFew,
            $"Consensus:Members:3:Role is \"Learner\"; allowed: {AllVote}.") { IsSigned = true },
        new(
            "A node that would join a group whose members stay who they are",
            """{ "Initialize": "Join" }""",
            "Consensus:Initialize is \"Join\"; allowed: IfMissing or Never, for nobody joins a group with the algorithm \"pbft\": its members are those that it began with.") { IsSigned = true },
        new(
            "A member without a key",
            """{ "Members": { "1": { "PublicKey": "(absent)" } } }""",
            $"Consensus:Members:1:PublicKey is missing; allowed: {Key}, for the algorithm \"pbft\" needs the keys of all members.") { IsSigned = true },
        new(
            "A public key that is too short",
            """{ "Members": { "1": { "PublicKey": "00112233" } } }""",
            $"Consensus:Members:1:PublicKey is a text of 8 characters that is no public key; allowed: {Key}.") { IsSigned = true },
        new(
            "A private key in the place of a public one",
            """{ "Members": { "0": { "PublicKey": "-----BEGIN PRIVATE KEY----- MC4CAQAwBQYDK2VwBCIEIA==" } } }""",
            $"Consensus:Members:0:PublicKey is a text of 52 characters that is no public key; allowed: {Key}.") { IsSigned = true },
        new(
            "A public key of zeros",
            """{ "Members": { "2": { "PublicKey": "0000000000000000000000000000000000000000000000000000000000000000" } } }""",
            $"Consensus:Members:2:PublicKey is no key that anybody could sign with; allowed: {Key}.") { IsSigned = true },
        new(
            "A public key that is not in its only form",
            """{ "Members": { "2": { "PublicKey": "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f" } } }""",
            $"Consensus:Members:2:PublicKey is no key that anybody could sign with; allowed: {Key}.") { IsSigned = true },
        new(
            "Two members with one public key",
            """{ "Members": { "2": { "PublicKey": "{key2}" } } }""",
            "Consensus:Members:2:PublicKey is the key of Consensus:Members:1 as well; allowed: a key that no other member has.") { IsSigned = true },
        new(
            "A node without a signing key",
            """{ "SigningKeyFile": "(absent)" }""",
            "Consensus:SigningKeyFile is missing; allowed: a file with the signing key of this node, as consensus keys generate writes it, for the algorithm \"pbft\" needs the keys of all members.") { IsSigned = true },
        new(
            "A signing key that is not there",
            """{ "SigningKeyFile": "{folder}/nowhere" }""",
            "Consensus:SigningKeyFile is \"{folder}/nowhere\", which cannot be read (Could not find file '{folder}/nowhere'.); allowed: a file that this process may read.") { IsSigned = true },
        new(
            "A signing key that its group can read",
            """{ "SigningKeyFile": "{folder}/open.signing.key" }""",
            "Consensus:SigningKeyFile is \"{folder}/open.signing.key\", which has the mode 640; allowed: a file that nobody but its owner can read or write, such as 600.") { IsSigned = true },
        new(
            "A signing key of another kind",
            """{ "SigningKeyFile": "{folder}/node-1.key" }""",
            "Consensus:SigningKeyFile is \"{folder}/node-1.key\", which is a key for ECDSA; allowed: an Ed25519 private key, PKCS#8 in PEM form, not encrypted, and nothing else.") { IsSigned = true },
        new(
            "The signing key of another node",
            """{ "SigningKeyFile": "{folder}/node-2.signing.key" }""",
            "Consensus:SigningKeyFile is \"{folder}/node-2.signing.key\", which holds the key whose public half is {key2}; allowed: the key of node 1, whose public half is that in Consensus:Members:0:PublicKey.") { IsSigned = true },
        new(
            "A certificate that names the signing key of another node",
            """{ "Transport": { "Tls": { "CertificateFile": "{folder}/signing-other.crt", "KeyFile": "{folder}/signing-other.key" } } }""",
            OtherKey) { IsSigned = true },
        new(
            "A certificate that names no signing key where all must sign",
            """{ "Transport": { "Tls": { "CertificateFile": "{folder}/node-1.crt", "KeyFile": "{folder}/node-1.key" } } }""",
            $"Consensus:Transport:Tls:CertificateFile is \"{{folder}}/node-1.crt\", whose certificate names no signing key; {Named}.") { IsSigned = true },
        new(
            "A signing key whose public half nobody knows",
            """{ "SigningKeyFile": "{folder}/node-1.signing.key" }""",
            $"Consensus:Members:0:PublicKey is missing; allowed: {Key}, for keys are of use only if all members have one.",
            $"Consensus:Members:1:PublicKey is missing; allowed: {Key}, for keys are of use only if all members have one.",
            $"Consensus:Members:2:PublicKey is missing; allowed: {Key}, for keys are of use only if all members have one."),
        new(
            "A configuration with every mistake about keys",
            """
            {
              "Members": { "0": { "Role": "Learner" }, "1": { "PublicKey": "(absent)" }, "2": { "PublicKey": "{key1}" }, "3": { "PublicKey": "key" } },
              "SigningKeyFile": "{folder}/node-4.signing.key",
              "Transport": { "Tls": { "CertificateFile": "{folder}/signing-other.crt", "KeyFile": "{folder}/signing-other.key" } }
            }
            """,
            TooFew,
            $"Consensus:Members:0:Role is \"Learner\"; allowed: {AllVote}.",
            $"Consensus:Members:1:PublicKey is missing; allowed: {Key}, for the algorithm \"pbft\" needs the keys of all members.",
            "Consensus:Members:2:PublicKey is the key of Consensus:Members:0 as well; allowed: a key that no other member has.",
            $"Consensus:Members:3:PublicKey is a text of 3 characters that is no public key; allowed: {Key}.",
            "Consensus:SigningKeyFile is \"{folder}/node-4.signing.key\", which holds the key whose public half is {key4}; allowed: the key of node 1, whose public half is that in Consensus:Members:0:PublicKey.",
            OtherKey) { IsSigned = true },

        // Tokens. None of them is ever shown.
        new(
            "A file with tokens that is not there",
            """{ "Http": { "TokensFile": "{folder}/nowhere" } }""",
            "Consensus:Http:TokensFile is \"{folder}/nowhere\", which cannot be read (Could not find file '{folder}/nowhere'.); allowed: a file that this process may read."),
        new(
            "A file with tokens that everybody can read",
            """{ "Http": { "TokensFile": "{folder}/tokens-open" } }""",
            $"Consensus:Http:TokensFile is \"{{folder}}/tokens-open\", which has the mode 604; allowed: {Closed}."),
        new(
            "One token twice",
            """{ "Http": { "TokensFile": "{folder}/tokens-twice" } }""",
            "Consensus:Http:TokensFile is \"{folder}/tokens-twice\", which cannot be used (the token in line 2 was there before); allowed: lines of a role and a token, such as \"read TOKEN\"."),
        new(
            "A token for an unknown role",
            """{ "Http": { "TokensFile": "{folder}/tokens-admin" } }""",
            "Consensus:Http:TokensFile is \"{folder}/tokens-admin\", which cannot be used (line 2 is not a role (read, write or operate) and a token); allowed: lines of a role and a token, such as \"read TOKEN\"."),
        new(
            "A token that could be guessed",
            """{ "Http": { "TokensFile": "{folder}/tokens-short" } }""",
            "Consensus:Http:TokensFile is \"{folder}/tokens-short\", which cannot be used (the token in line 2 has not 16 to 512 letters, digits or -._~+/ with = at its end); allowed: lines of a role and a token, such as \"read TOKEN\"."),

        // The machine.
        new(
            "A port that another program has",
            """{ "Members": { "0": { "Address": "127.0.0.1:{taken}" } } }""",
            "Consensus:Members:0:Address is \"127.0.0.1:{taken}\", where this node cannot listen (Address already in use); allowed: an address of this machine with a port that no other program uses."),
        new(
            "A data folder of another cluster",
            """{ "DataDirectory": "data/other-cluster" }""",
            "Consensus:DataDirectory is \"data/other-cluster\". data/other-cluster is the data folder of node 1 of cluster 11111111-2222-3333-4444-555555555555, but node 1 of cluster 6f1c3f8a-0a35-4f0e-9a4e-3f1f0c6f7c11 was to use it. Correct the path or the ids in the configuration; data of one replica is of no use to another."),
        new(
            "A data folder of another node",
            """{ "DataDirectory": "data/other-node" }""",
            "Consensus:DataDirectory is \"data/other-node\". data/other-node is the data folder of node 2 of cluster 6f1c3f8a-0a35-4f0e-9a4e-3f1f0c6f7c11, but node 1 of cluster 6f1c3f8a-0a35-4f0e-9a4e-3f1f0c6f7c11 was to use it. Correct the path or the ids in the configuration; data of one replica is of no use to another."),
        new(
            "A data folder of a newer version",
            """{ "DataDirectory": "data/newer" }""",
            "Consensus:DataDirectory is \"data/newer\". The data folder of data/newer/identity cannot be used: it was written by a newer version of this program: its format version is 2, this program reads up to 1. Upgrade this program. If no newer one has ever used this folder, the file is damaged: restore it from a copy."),
        new(
            "A data folder that somebody else uses",
            """{ "DataDirectory": "data/in-use" }""",
            "Consensus:DataDirectory is \"data/in-use\". The data folder data/in-use cannot be locked: data/in-use/lock: the lock is held already. Or choose another folder."),
        new(
            "A data folder that cannot be written to",
            """{ "DataDirectory": "data/read-only" }""",
            "Consensus:DataDirectory is \"data/read-only\". The data folder data/read-only cannot be created: Access to the path 'data/read-only' is denied. Allowed: a folder that this process may read and write, on a disk with room."),
        new(
            "A data folder that is missing and must not be",
            """{ "Initialize": "Never", "DataDirectory": "data/nowhere" }""",
            "Consensus:DataDirectory is \"data/nowhere\", where no data of node 1 is, and Consensus:Initialize is \"Never\". Correct the path. A node that lost its data must not begin anew under its number, because it has forgotten its votes: remove it from the group, and let a node with a new number and \"Join\" take its place. Only a group that never ran may begin with \"IfMissing\"."),
        new(
            "A data folder whose name is no path",
            """{ "DataDirectory": "data\u0000new" }""",
            "Consensus:DataDirectory is \"data\\u0000new\"; allowed: the path of a folder, which has no null characters."),

        // All at once.
        new(
            "A configuration with five mistakes",
            """
            {
              "Algorithm": "paxos",
              "Members": { "2": { "Id": 1 } },
              "Raft": { "Heartbeat": "40ms", "TrailingEntries": -1 },
              "Http": { "TokensFile": "{folder}/tokens-twice" }
            }
            """,
            "Consensus:Raft:Heartbeat is not a known key; allowed: ElectionTimeoutMin, ElectionTimeoutMax, HeartbeatInterval, CommitNoticeDelay, AppendBytesMax, InflightMessagesMax, InflightBytesMax, UncommittedBytesMax, LogBytesMax, TrailingEntries, TrailingBytesMax, SnapshotChunkBytes, PendingReadsMax, CatchUpEntriesMax, Reads, ClockDriftMax.",
            "Consensus:Raft:TrailingEntries is -1; allowed: a whole number from 0 to 1,000,000,000.",
            "Consensus:Members:2:Id is 1; allowed: a number that no other member has; Consensus:Members:0 has this one.",
            "Consensus:Http:TokensFile is \"{folder}/tokens-twice\", which cannot be used (the token in line 2 was there before); allowed: lines of a role and a token, such as \"read TOKEN\".",
            "Consensus:Algorithm is \"paxos\"; allowed: a registered engine, which are: hotstuff, hybrid, pbft, raft; or Auto, and the one that fits is chosen."),
    ];

    private readonly Surroundings _surroundings = new();

    private static IEnumerable<TestCaseData> Cases => Rows.Select(row => new TestCaseData(row).SetName($"{row.Name} is refused"));

    [OneTimeTearDown]
    public void Leave() => _surroundings.Dispose();

    [TestCaseSource(nameof(Cases))]
    public async Task A_broken_configuration_is_refused(BrokenConfiguration row, CancellationToken cancellationToken)
    {
        var patch = JsonNode.Parse(_surroundings.Fill(row.Patch));
        var section = JsonPatch.Apply(row.IsSigned ? _surroundings.CorrectAndSigned() : _surroundings.Correct(), patch)!.AsObject();

        Assert.That(await StartAsync(section, cancellationToken), Is.EqualTo(row.Problems.Select(_surroundings.Fill).ToArray()));
    }

    [Test]
    public async Task The_configuration_that_all_rows_break_is_correct(CancellationToken cancellationToken) =>
        Assert.That(await StartAsync(_surroundings.Correct(), cancellationToken), Is.Empty);

    [Test]
    public async Task The_configuration_that_all_rows_about_keys_break_is_correct(CancellationToken cancellationToken) =>
        Assert.That(await StartAsync(_surroundings.CorrectAndSigned().With("DataDirectory", "data/signed"), cancellationToken), Is.Empty);

    /// <summary>Starts a node, and stops it if it does start.</summary>
    /// <returns>What is said if it does not.</returns>
    private async Task<IReadOnlyList<string>> StartAsync(JsonObject section, CancellationToken cancellationToken)
    {
        var builder = new HostApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Services.AddConsensus(section.ToSection()).UseFileSystem(_surroundings.Data);
        using var host = builder.Build();
        try
        {
            await host.StartAsync(cancellationToken);
            await host.StopAsync(cancellationToken);
            return [];
        }
        catch (OptionsValidationException exception)
        {
            return [.. exception.Failures];
        }
        catch (ConsensusException exception)
        {
            return [exception.Message];
        }
    }
}
