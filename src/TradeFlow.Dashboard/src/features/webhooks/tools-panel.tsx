import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { CodeBlock } from '@/ui/code-block';
import { CopyButton } from '@/ui/copy-button';
import { SelectField } from '@/ui/field';
import { Panel } from '@/ui/panel';
import { LoadError } from '@/ui/states';
import { toolsQuery } from './queries';

/** For who has alerts of another tool already: its messages are read as they are. */
export function ToolsPanel() {
  const tools = useQuery(toolsQuery());
  const [dialect, setDialect] = useState('');
  if (tools.isPending) return null;
  if (tools.isError)
    return (
      <Panel flush>
        <LoadError what="The messages of other tools" error={tools.error} onRetry={() => void tools.refetch()} />
      </Panel>
    );
  const tool = tools.data.find((one) => one.dialect === dialect);
  return (
    <Panel title="I come from another tool">
      <div className="flex flex-col gap-4">
        <SelectField label="I come from" value={dialect} onChange={(event) => setDialect(event.target.value)}>
          <option value="">Choose…</option>
          {tools.data.map((one) => (
            <option key={one.dialect} value={one.dialect}>
              {one.tool}
            </option>
          ))}
        </SelectField>
        {tool !== undefined && (
          <>
            <p className="text-sm text-muted">{tool.note}</p>
            <div>
              <div className="mb-2 flex items-center justify-between gap-3">
                <h3 className="text-sm font-medium">A message that is read</h3>
                <CopyButton what="the message" text={tool.message} />
              </div>
              <CodeBlock label={`Message of ${tool.tool}`} text={tool.message} />
            </div>
          </>
        )}
      </div>
    </Panel>
  );
}
