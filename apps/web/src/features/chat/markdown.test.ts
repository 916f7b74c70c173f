import { describe, expect, it } from '@jest/globals';
import { createElement } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import type { Participant } from '../../api/types.js';
import { Markdown } from './markdown.js';

const bob = { id: 'p1', fqid: '@bob:b.example', local_id: 'bob', server_name: 'b.example', display_name: 'Bob' } as Participant;
const html = (text: string) => renderToStaticMarkup(createElement(Markdown, { text, mentioned: [bob], myId: 'p1' })).replace(/^<div class="sw-markdown">|<\/div>$/g, '');

describe('Markdown', () => {
  it.each([
    ['**bold** _and_ ~~not~~ `code`', '<p><strong>bold</strong> <em>and</em> <del>not</del> <code>code</code></p>'],
    ['# Title', '<h3>Title</h3>'],
    ['- one\n- two', '<ul><li>one</li><li>two</li></ul>'],
    ['3. three', '<ol start="3"><li>three</li></ol>'],
    ['- [x] done', '<ul><li><input type="checkbox" disabled="" readOnly="" checked=""/> done</li></ul>'],
    ['one  \ntwo', '<p>one<br/>two</p>'],
    ['> said', '<blockquote><p>said</p></blockquote>'],
    ['```ts\nlet a;\n```', '<pre><code data-lang="ts">let a;</code></pre>'],
    ['|a|b|\n|-|:-:|\n|1|2|', '<table><thead><tr><th>a</th><th style="text-align:center">b</th></tr></thead><tbody><tr><td>1</td><td style="text-align:center">2</td></tr></tbody></table>'],
    ['[there][1]\n\n[1]: https://a.example', '<p><a href="https://a.example" target="_blank" rel="noopener noreferrer nofollow">there</a></p>'],
    ['![cat](https://a.example/cat.png)', '<p><a href="https://a.example/cat.png" target="_blank" rel="noopener noreferrer nofollow">cat</a></p>'],
  ])('shows %j', (text, shown) => {
    expect(html(text)).toBe(shown);
  });

  it('marks who is mentioned, but not in code or in a link', () => {
    expect(html('Hi @bob')).toBe('<p>Hi <span class="sw-mention" title="@bob:b.example" data-me="">@bob</span></p>');
    expect(html('`@bob` [@bob](https://a.example)')).not.toContain('sw-mention');
  });

  it.each(['javascript:alert(1)', 'JavaScript:alert(1)', 'data:text/html,x', 'vbscript:x', 'blob:x', 'java&#115;cript:alert(1)'])('makes no link to %s', (address) => {
    expect(html(`[a](${address})`)).toBe('<p>a</p>');
    expect(html(`![a](${address})`)).toBe('<p>a</p>');
  });

  it('shows HTML instead of obeying it', () => {
    expect(html('<img src=x onerror=alert(1)>')).toBe('&lt;img src=x onerror=alert(1)&gt;');
  });

  it('shows what is nested without measure as it was written', () => {
    expect(html(`${'> '.repeat(1_000)}deep`)).toContain('deep');
    expect(html(`${'> '.repeat(1_000)}deep`).match(/<blockquote>/g)?.length).toBeLessThan(100);
  });
});
