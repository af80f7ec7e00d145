-- What tests do in a Neovim, as a user does it: keys, commands and the functions that keys are bound to.
-- Every wait has a deadline. CHANFIX_STEPS is Lua that returns a table, and CHANFIX_ANSWER the file that it goes to.

local DEADLINE = 30000 -- in milliseconds

local editor = {}

local function wait(what, condition, instead)
  if not vim.wait(DEADLINE, condition, 10) then
    error(what .. " did not come in time" .. (instead and ", but " .. vim.inspect(instead()) or ""))
  end
end

-- Until the server has spoken no diagnostics mean nothing.
local METHOD = "textDocument/publishDiagnostics"
local publish = vim.lsp.handlers[METHOD]
local has_spoken = false
vim.lsp.handlers[METHOD] = function(...)
  has_spoken = true
  return publish(...)
end

local function codes(diagnostics)
  return vim.tbl_map(function(one)
    return one.code
  end, diagnostics)
end

-- Waits until the diagnostics of the text have these codes, and returns them as they are shown.
function editor.diagnostics(...)
  local wanted = { ... }
  local found
  wait("diagnostics " .. table.concat(wanted, ", "), function()
    found = vim.diagnostic.get(0)
    table.sort(found, function(one, other)
      return one.lnum < other.lnum or one.lnum == other.lnum and one.col < other.col
    end)
    return has_spoken and vim.deep_equal(wanted, codes(found))
  end, function()
    return found
  end)
  return vim.tbl_map(function(one)
    local line = vim.api.nvim_buf_get_lines(0, one.lnum, one.lnum + 1, true)[1]
    return {
      code = one.code,
      message = one.message,
      severity = one.severity,
      line = one.lnum + 1,
      text = line:sub(one.col + 1, one.end_col),
    }
  end, found)
end

-- Puts the cursor on the first place of a word.
function editor.go_to(word)
  assert(vim.fn.search("\\V" .. word, "cw") > 0, "the text has no " .. word)
end

-- Returns the text of the window that hover opens for the word under the cursor.
function editor.hover()
  local before = vim.api.nvim_list_wins()
  local window
  vim.lsp.buf.hover()
  wait("hover", function()
    for _, one in ipairs(vim.api.nvim_list_wins()) do
      if not vim.tbl_contains(before, one) then
        window = one
      end
    end
    return window ~= nil
  end)
  local text = vim.api.nvim_buf_get_lines(vim.api.nvim_win_get_buf(window), 0, -1, true)
  vim.api.nvim_win_close(window, true)
  return table.concat(text, "\n")
end

-- Chooses the code action of a title among those that are offered here, and returns the titles of all.
function editor.act(title, kinds)
  local tick = vim.api.nvim_buf_get_changedtick(0)
  local titles
  vim.ui.select = function(items, options, choose)
    titles = vim.tbl_map(function(item)
      return options.format_item(item)
    end, items)
    for _, item in ipairs(items) do
      if vim.startswith(options.format_item(item), title) then
        return choose(item)
      end
    end
  end
  vim.lsp.buf.code_action(kinds and { context = { only = kinds, diagnostics = {} } } or nil)
  wait("change by " .. title, function()
    return vim.api.nvim_buf_get_changedtick(0) ~= tick
  end)
  return titles
end

-- Types keys in normal mode.
function editor.type(keys)
  vim.api.nvim_feedkeys(vim.api.nvim_replace_termcodes(keys, true, false, true), "xt", false)
end

function editor.text()
  return table.concat(vim.api.nvim_buf_get_lines(0, 0, -1, true), "\n") .. "\n"
end

local ok, answer = xpcall(loadstring(vim.env.CHANFIX_STEPS), debug.traceback, editor)
vim.fn.writefile({ vim.fn.json_encode(ok and { answer = answer } or { error = answer }) }, vim.env.CHANFIX_ANSWER)
vim.cmd("quitall!")
