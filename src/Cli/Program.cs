using Consensus.Cli;
using Consensus.Cli.Output;

return await ConsensusTool.RunAsync(args, Terminal.OfProcess()).ConfigureAwait(false);
